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

/** Several registries on one engine differ by their folders: one never takes another one's container for its own. */
const containerName = (folder: string): string =>
  `slipway-registry-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;

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
  const name = containerName(folder);
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

/** The way in which this registry was run, or is to be. */
export async function openRunner(
  folder: string,
  description: Description & { readonly runsAs: Runner['runsAs'] },
  environment: Environment,
): Promise<Runner> {
  if (description.runsAs === 'container') return inContainer(folder, description, environment);
  return asProcess(folder, { kept: description.startedWith, now: await fingerprintOf(folder, description) });
}

/**
 * How this registry is to run: as is asked for or as before, else in a container where the engine has the image or gets
 * it, else as the machine's own program.
 *
 * @throws {SlipwayError} `bad-settings` where it cannot
 */
export async function chooseWay(
  { runsAs, image }: Pick<Description, 'runsAs' | 'image'>,
  environment: Environment,
): Promise<Runner['runsAs']> {
  const offered = async () => await registryContainers(connectEngine(environment)).offers(image);
  if (runsAs !== 'process' && (await offered())) return 'container';
  if (runsAs !== 'container' && hasProgram(environment.PATH)) return 'process';
  const needs = [`an engine with the image ${image}`, 'the program docker-registry'];
  const expected = { container: needs[0], process: needs[1] };
  throw new SlipwayError(
    'bad-settings',
    runsAs === undefined
      ? `Expected ${needs.join(', or ')}, found neither.`
      : `Expected ${expected[runsAs]}, found none.`,
    { help: 'Name an image that the engine has with --image; or install docker-registry (Debian: docker-registry).' },
  );
}
