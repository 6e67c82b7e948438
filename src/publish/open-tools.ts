import { createAmiType } from '../build/ami/create-ami-type.ts';
import { openAws } from '../build/ami/open-aws.ts';
import { connectEngine } from '../build/docker/connect-engine.ts';
import { createDockerBuilder } from '../build/docker/create-docker-builder.ts';
import { createDockerType } from '../build/docker/create-docker-type.ts';
import { engineContainers } from '../build/docker/engine-containers.ts';
import type { Log } from '../log.ts';
import { imageHome } from '../push/image-home.ts';
import { openRegistry } from '../push/open-registry.ts';
import { type Environment, type RegistrySettings, readPackerSettings } from '../settings.ts';
import { stagingName } from './publish.ts';
import type { Tools } from './tools.ts';

/**
 * The engine and the registry, ready for publications. Nothing is connected yet: an engine or a registry that is away
 * shows when it is needed.
 *
 * @param environment `DOCKER_HOST`, `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH` and `DOCKER_BUILDKIT`, as for the docker client;
 *   `PACKER_IMAGE` and `PACKER_MEMORY`; `AWS_*`, as for the SDKs of AWS
 * @throws {SlipwayError} `bad-settings`
 */
export function openTools(options: { registry: RegistrySettings; environment: Environment; log: Log }) {
  const { log } = options;
  const engine = connectEngine(options.environment);
  const registry = openRegistry({ settings: options.registry, log });
  const builder = options.environment.DOCKER_BUILDKIT === '0' ? 'classic' : 'auto';
  const { credentials } = options.registry;
  const pullCredentials = credentials === undefined ? undefined : { host: registry.host, ...credentials };
  const images = createDockerBuilder({ engine, log, builder, pullCredentials });
  const home = imageHome({ registry, staging: stagingName, log });
  const { environment } = options;
  const containers = engineContainers(engine, pullCredentials);
  const settings = readPackerSettings(environment);
  const ami = createAmiType({ containers, aws: openAws(environment), settings, environment, log });
  const tools: Tools = { registry, builders: { docker: createDockerType({ images, home }), ami }, log };
  return { tools, engine, registry };
}
