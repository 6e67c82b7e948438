import { createAmiType } from '../build/ami/create-ami-type.ts';
import { openAws } from '../build/ami/open-aws.ts';
import { connectEngine } from '../build/docker/connect-engine.ts';
import { createDockerBuilder } from '../build/docker/create-docker-builder.ts';
import { createDockerType } from '../build/docker/create-docker-type.ts';
import { engineContainers } from '../build/docker/engine-containers.ts';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { imageHome } from '../push/image-home.ts';
import type { Registry } from '../push/registry.ts';
import { type Environment, readPackerSettings } from '../settings.ts';
import { stagingName } from './publish.ts';
import type { Tools } from './tools.ts';

/**
 * The engine and the artifact types, ready for publications. Nothing is connected yet: an engine or a registry that is
 * away shows when it is needed.
 *
 * @param registry the caller's to close; without one, whatever asks for an image there is refused
 * @param environment `DOCKER_HOST`, `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH` and `DOCKER_BUILDKIT`, as for the docker client;
 *   `PACKER_IMAGE` and `PACKER_MEMORY`; `AWS_*`, as for the SDKs of AWS
 * @throws {SlipwayError} `bad-settings`
 */
export function openTools(options: { registry: Registry | undefined; environment: Environment; log: Log }) {
  const { registry, environment, log } = options;
  const engine = connectEngine(environment);
  const builder = environment.DOCKER_BUILDKIT === '0' ? 'classic' : 'auto';
  const pullCredentials = registry?.credentials && { host: registry.host, ...registry.credentials };
  const images = createDockerBuilder({ engine, log, builder, pullCredentials });
  const home = registry && imageHome({ registry, staging: stagingName, log });
  const containers = engineContainers(engine, pullCredentials);
  const settings = readPackerSettings(environment);
  const ami = createAmiType({ containers, aws: openAws(environment), settings, environment, log });
  const docker = createDockerType({ images, home: () => home ?? needsRegistry() });
  const tools: Tools = { builders: { docker, ami }, log };
  return { tools, engine };
}

function needsRegistry(): never {
  throw new SlipwayError('bad-settings', 'The settings cannot be used:\n  REGISTRY: is not set', {
    help: 'Images are published to a registry: set it in the environment or in .env.',
  });
}
