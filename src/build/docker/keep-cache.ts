import type { Engine } from './connect-engine.ts';
import { statusOf } from './explain-engine-error.ts';
import { cacheRepository } from './local-names.ts';

type Kept = { readonly service: string; readonly outcome: 'built' | 'failed'; readonly stages: readonly string[] };
type Image = Awaited<ReturnType<Engine['docker']['listImages']>>[number];

async function inspect(
  engine: Engine,
  name: string,
): Promise<Pick<Image, 'Id' | 'RepoTags' | 'RepoDigests'> | undefined> {
  try {
    return await engine.docker.getImage(name).inspect();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function remove(engine: Engine, name: string): Promise<void> {
  try {
    await engine.docker.getImage(name).remove();
  } catch (error) {
    // 404: nobody has it. 409: a container or another image needs it.
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}

/** Removes an image that lost its name, unless somebody else gave it one: a base image can be the whole of a stage. */
async function removeNameless(engine: Engine, id: string): Promise<void> {
  const image = await inspect(engine, id);
  if (image && !image.RepoTags?.length && !image.RepoDigests?.length) await remove(engine, id);
}

/**
 * Keeps the images of a classic build's stages, and with them the images of its steps, which are that builder's cache.
 * They replace those of the last build of the service, whose steps go unless they are used again. What a failed build
 * left is kept apart until one is built, so that a change taken back finds its cache too.
 */
export async function keepCache(engine: Engine, { service, outcome, stages }: Kept): Promise<void> {
  const repository = cacheRepository(service);
  const listed = await engine.docker.listImages({ filters: { reference: [repository] } });
  const names = listed.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => name.startsWith(`${repository}:`));
  const ofFailed = (name: string): boolean => name.startsWith(`${repository}:failed-`);
  const tags = new Map(stages.map((image, index) => [`${outcome === 'failed' ? 'failed-' : ''}${index}`, image]));
  for (const [tag, image] of tags) {
    const before = await inspect(engine, `${repository}:${tag}`);
    await engine.docker.getImage(image).tag({ repo: repository, tag });
    if (before) await removeNameless(engine, before.Id);
  }
  const stale = names.filter(
    (name) => !tags.has(name.slice(repository.length + 1)) && (outcome === 'built' || ofFailed(name)),
  );
  for (const name of stale) await remove(engine, name);
}
