import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { connectEngine } from '../../build/docker/connect-engine.ts';
import { registryContainers } from '../../build/docker/registry-container.ts';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import { addCrontabLine, hasCrontab, removeCrontabLine } from './crontab-line.ts';
import type { Description } from './description.ts';
import { findProgram } from './find-program.ts';
import { serverFiles } from './prepare-certificates.ts';
import { credentialsFile } from './prepare-credentials.ts';
import { registryName } from './registry-name.ts';
import { findProcess, lastWords, program, startProcess, stopProcess } from './run-process.ts';
import { asService, findUnit } from './run-service.ts';
import type { Runner } from './runner.ts';
import { configurationFile } from './write-configuration.ts';

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
  const name = registryName(folder);
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
    // The engine does that.
    settle: async () => [],
    async stop() {
      await containers.remove(name);
      return [];
    },
    words: async () => `docker logs ${name} tells why`,
  };
}

function asProcess(
  folder: string,
  { comesBackBy, fresh, environment }: Pick<Description, 'comesBackBy'> & { fresh: boolean; environment: Environment },
): Runner {
  const byCron = comesBackBy === 'crontab';
  return {
    runsAs: 'process',
    async state() {
      if ((await findProcess(folder)) === undefined) return 'stands';
      return fresh ? 'runs' : 'stale';
    },
    settle: async () => (byCron ? await addCrontabLine(folder, environment) : []),
    async start() {
      await stopProcess(folder);
      await startProcess(folder, environment);
    },
    async stop() {
      await stopProcess(folder);
      return byCron ? await removeCrontabLine(folder, environment) : [];
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
  const { runsAs, comesBackBy, startedWith } = description;
  if (runsAs === 'container') return inContainer(folder, description, environment);
  const fresh = startedWith === (await fingerprintOf(folder, description));
  return comesBackBy === undefined || comesBackBy === 'crontab'
    ? asProcess(folder, { comesBackBy, fresh, environment })
    : asService(folder, { unit: comesBackBy.unit, fresh, environment });
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
  if (runsAs !== 'container' && findProgram(program, environment.PATH) !== undefined) return 'process';
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

/** What will start a process of this folder after a reboot; undefined where this machine has nothing for it. */
export async function chooseReturn(
  folder: string,
  { unitsDir, environment }: { readonly unitsDir: string; readonly environment: Environment },
): Promise<Description['comesBackBy']> {
  const unit = await findUnit(folder, { unitsDir, environment });
  if (unit !== undefined) return { unit };
  return (await hasCrontab(environment)) ? 'crontab' : undefined;
}
