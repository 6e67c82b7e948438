import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type Docker from 'dockerode';
import { connectEngine } from '../../src/build/docker/connect-engine.ts';
import { startRegistry } from '../../test/support/registries.ts';
import { installPackages, MissingPart } from './install-packages.ts';
import { makeBaseImage } from './make-base-image.ts';
import { engineNeeds, findStaticBusybox, registryNeeds } from './needs.ts';
import { openRunFolder, type RunFolder } from './open-run-folder.ts';
import { startEngine } from './start-engine.ts';

type Log = (line: string) => void;

/** The real parts that tests, demo and bench run on. */
export type Parts = {
  /** As `DOCKER_HOST` has it. */
  readonly dockerHost: string;
  /** An open registry: host:port. */
  readonly registry: string;
  /** A small image with a shell, in that registry; on the engine it is `slipway-base:1` too. */
  readonly baseImage: string;
  /** A folder for temporary files, removed by `stop`. Its path is short enough for sockets. */
  readonly temporary: string;
  /** Ends everything that was started, and removes what it kept. */
  stop(): Promise<void>;
};

const standardSocket = '/var/run/docker.sock';

async function answers(environment: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  try {
    await connectEngine(environment).ping();
    return true;
  } catch {
    // The reason is of no use: an engine of our own takes its place, or the caller says that there is none.
    return false;
  }
}

/** Address of the engine that is there already. */
async function findEngine(): Promise<string | undefined> {
  const { DOCKER_HOST } = process.env;
  if (DOCKER_HOST) {
    if (await answers(process.env)) return DOCKER_HOST;
    throw new MissingPart(
      `DOCKER_HOST is ${DOCKER_HOST}, and no Docker Engine answers there: start it, or unset DOCKER_HOST.`,
    );
  }
  return existsSync(standardSocket) && (await answers({})) ? `unix://${standardSocket}` : undefined;
}

/**
 * Installs what engine and registry need.
 *
 * @throws {MissingPart}
 * @returns address of the engine that is there already
 */
export async function installParts(log: Log): Promise<string | undefined> {
  const found = await findEngine();
  if (found !== undefined) {
    await installPackages(registryNeeds, log);
    return found;
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new MissingPart(
      'A Docker Engine is needed: start one, set DOCKER_HOST to one, or run this as root on Debian.',
    );
  }
  const isNew = !engineNeeds.every((need) => need.isThere());
  await installPackages([...engineNeeds, ...registryNeeds], log);
  // Where Debian's package starts the engine as a service, that one is there now, or soon.
  for (let tries = 0; isNew && existsSync('/var/run/docker.pid') && tries < 50; tries += 1) {
    if (await answers({})) return `unix://${standardSocket}`;
    await wait(200);
  }
  return undefined;
}

/**
 * Takes from an engine that is not ours what was made of our base image or stands under our registry's name. The base
 * image's own tag stays, since another run may use it at the same time.
 */
async function tidy(docker: Docker, registry: string, baseImage: string): Promise<void> {
  const ours = (name: string): boolean => name.startsWith(`${registry}/`);
  const base = await docker.getImage(baseImage).inspect();
  for (const { Id, Image, ImageID } of await docker.listContainers({ all: true })) {
    if (ours(Image) || ImageID === base.Id) await docker.getContainer(Id).remove({ force: true, v: true });
  }
  for (const { RepoTags } of await docker.listImages()) {
    for (const name of (RepoTags ?? []).filter(ours)) await docker.getImage(name).remove({ force: true });
  }
}

async function start(folder: RunFolder, found: string | undefined, releasers: (() => Promise<void>)[], log: Log) {
  const engine = found === undefined ? await startEngine(folder) : undefined;
  if (engine) releasers.push(engine.stop);
  const dockerHost = engine?.host ?? found ?? '';
  const { docker, identity } = connectEngine({ ...process.env, DOCKER_HOST: dockerHost });
  const { version } = await identity();
  const registry = await startRegistry({ folder: path.join(folder.state, 'registry') });
  releasers.push(registry.stop);
  const busybox = findStaticBusybox();
  if (busybox === undefined) throw new Error('A static busybox is needed for the base image.');
  const baseImage = await makeBaseImage(docker, registry.address, busybox);
  if (!engine) releasers.push(() => tidy(docker, registry.address, baseImage));
  log(`Docker Engine ${version} (${engine ? 'our own' : found}), registry ${registry.address}, image ${baseImage}`);
  return { dockerHost, registry: registry.address, baseImage, temporary: folder.short };
}

/**
 * Installs and starts what is not there: a Docker Engine of our own where there is none, always a registry of our own,
 * and the base image. Runs side by side do not meet. All processes end with this one, in whatever way it ends.
 */
export async function startParts({ log }: { readonly log: Log }): Promise<Parts> {
  const found = await installParts(log);
  const folder = await openRunFolder();
  const releasers: (() => Promise<void>)[] = [folder.close];
  const stop = async (): Promise<void> => {
    for (const release of releasers.splice(0).reverse()) await release();
  };
  try {
    return { ...(await start(folder, found, releasers, log)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
