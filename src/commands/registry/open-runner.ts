import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { connectEngine } from '../../build/docker/connect-engine.ts';
import { registryContainers } from '../../build/docker/registry-container.ts';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import type { Description } from './description.ts';
import { serverFiles } from './prepare-certificates.ts';
import { credentialsFile } from './prepare-credentials.ts';
import { findProcess, hasProgram, lastWords, startProcess, stopProcess } from './run-process.ts';
import { configurationFile } from './write-configuration.ts';

/** How a registry is run: in a container, or as a process of this machine. */
export type Runner = {
  readonly runsAs: NonNullable<Description['runsAs']>;
  /** Whether it runs now; `stale` when it runs with other files or options than the folder has. */
  state(): Promise<'runs' | 'stale' | 'stands'>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Why it does not answer, as far as it said so itself. */
  words(): Promise<string>;
};

/** Several registries on one engine differ by their port, which only one of them can have. */
const containerName = ({ port }: Description): string => `slipway-registry-${port}`;

/** Changes when a running registry has to be started anew. */
export async function fingerprintOf(folder: string, { image, port }: Description): Promise<string> {
  const files = [configurationFile, credentialsFile, serverFiles.certificate];
  const contents = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return createHash('sha256')
    .update(JSON.stringify([image, port, ...contents]))
    .digest('hex');
}

function inContainer(folder: string, description: Description, environment: Environment): Runner {
  const containers = registryContainers(connectEngine(environment));
  const name = containerName(description);
  return {
    runsAs: 'container',
    async state() {
      const found = await containers.find(name);
      if (found === undefined || !found.running) return 'stands';
      return found.fingerprint === (await fingerprintOf(folder, description)) ? 'runs' : 'stale';
    },
    async start() {
      await containers.remove(name);
      const { uid, gid } = await stat(folder);
      const fingerprint = await fingerprintOf(folder, description);
      const { image, port } = description;
      const user = `${uid}:${gid}`;
      await containers.run({ name, image, folder, configuration: configurationFile, port, user, fingerprint });
    },
    stop: () => containers.remove(name),
    words: async () => `docker logs ${name} tells why`,
  };
}

function asProcess(folder: string, fingerprints: { kept: string | undefined; now: string }): Runner {
  return {
    runsAs: 'process',
    async state() {
      if ((await findProcess(folder)) === undefined) return 'stands';
      return fingerprints.kept === fingerprints.now ? 'runs' : 'stale';
    },
    async start() {
      await stopProcess(folder);
      await startProcess(folder);
    },
    async stop() {
      await stopProcess(folder);
    },
    words: () => lastWords(folder),
  };
}

/**
 * The way in which this registry runs: as before, else in a container where the engine has the image or gets it, else as
 * the machine's own program.
 *
 * @throws {SlipwayError} `bad-settings` where there is neither
 */
export async function openRunner(folder: string, description: Description, environment: Environment): Promise<Runner> {
  const container = () => inContainer(folder, description, environment);
  const process = async () =>
    asProcess(folder, { kept: description.startedWith, now: await fingerprintOf(folder, description) });
  const { runsAs, image } = description;
  if (runsAs === 'container') return container();
  if (runsAs === 'process') return await process();
  if (await registryContainers(connectEngine(environment)).offers(image)) return container();
  if (hasProgram(environment.PATH)) return await process();
  throw new SlipwayError(
    'bad-settings',
    `Expected an engine with the image ${image}, or the program docker-registry, found neither.`,
    { help: 'Name an image that the engine has with --image; or install docker-registry (Debian: docker-registry).' },
  );
}
