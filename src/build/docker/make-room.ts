import type { Engine } from './connect-engine.ts';
import { explainEngineError, statusOf } from './explain-engine-error.ts';
import { isCacheName } from './local-names.ts';

const doing = 'making room';
/** Of BuildKit's cache, what one turn leaves. */
const keptShare = 0.75;

type Usage = { BuildCache?: { Size: number; Shared: boolean; InUse: boolean }[] | null };
type Query = Readonly<Record<string, string | number | boolean>>;

/** dockerode's own verbs send no options along. */
async function ask<T>(engine: Engine, method: string, path: string, query: Query, signal: AbortSignal): Promise<T> {
  const call = {
    method,
    path: `${path}?`,
    options: { _query: query, _body: {} },
    abortSignal: signal,
    statusCodes: { 200: true, 500: 'server error' },
  };
  return await new Promise<T>((resolve, reject) => {
    engine.docker.modem.dial(call, (error: unknown, data: unknown) => (error ? reject(error) : resolve(data as T)));
  });
}

async function pruneCache(engine: Engine, keepBytes: number, signal: AbortSignal): Promise<number> {
  // The last name is that of newer engines.
  const query = { all: true, 'keep-storage': keepBytes, 'reserved-space': keepBytes };
  const answer = await ask<{ SpaceReclaimed?: number }>(engine, 'POST', '/build/prune', query, signal);
  return answer.SpaceReclaimed ?? 0;
}

async function shrinkBuildkit(engine: Engine, isEnough: () => Promise<boolean>, signal: AbortSignal): Promise<number> {
  // Without the type, engines that know it would walk over all images, containers and volumes.
  const { BuildCache } = await ask<Usage>(engine, 'GET', '/system/df', { type: 'build-cache' }, signal);
  const ours = (BuildCache ?? []).filter(({ Shared, InUse }) => !Shared && !InUse);
  let left = ours.reduce((sum, { Size }) => sum + Size, 0);
  let freed = 0;
  while (left > 0 && !(await isEnough())) {
    // What was used longest ago goes first. A keep of 0 would mean that nothing is asked.
    left = Math.floor(left * keptShare);
    freed += await pruneCache(engine, Math.max(1, left), signal);
  }
  return freed;
}

/** The classic builder's cache is in images of ours; the one that was made longest ago goes first. */
async function shrinkClassic(engine: Engine, isEnough: () => Promise<boolean>, signal: AbortSignal): Promise<number> {
  const images = await engine.docker.listImages({ abortSignal: signal });
  const kept = images.filter(({ RepoTags }) => RepoTags?.some(isCacheName)).sort((a, b) => a.Created - b.Created);
  let freed = 0;
  for (const { RepoTags, Size } of kept) {
    if (await isEnough()) break;
    for (const name of (RepoTags ?? []).filter(isCacheName)) {
      try {
        await engine.docker.getImage(name).remove({ abortSignal: signal });
        freed += Size;
      } catch (error) {
        // 404: gone meanwhile. 409: a container or another image needs it.
        if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
      }
    }
  }
  return freed;
}

/**
 * Takes what only makes later builds quicker off the engine's disk, what was used longest ago first, until there is
 * enough or nothing is left: BuildKit's cache, and the images that are the classic builder's. Images that others named stay.
 *
 * @returns bytes, as the engine counts them
 * @throws {SlipwayError} `engine-unavailable`, `engine-lost`
 */
export async function makeRoom(engine: Engine, isEnough: () => Promise<boolean>, signal: AbortSignal): Promise<number> {
  try {
    return (await shrinkBuildkit(engine, isEnough, signal)) + (await shrinkClassic(engine, isEnough, signal));
  } catch (error) {
    throw explainEngineError(error, doing);
  }
}
