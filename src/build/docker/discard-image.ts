import type { Log } from '../../log.ts';
import type { Built } from '../artifact-type.ts';
import type { Engine } from './connect-engine.ts';
import { statusOf } from './explain-engine-error.ts';
import { isBuildName } from './local-names.ts';

async function remove(engine: Engine, built: Built): Promise<void> {
  const { id } = await engine.identity();
  if (id !== built.engineId) return;
  const { RepoTags } = await engine.docker.getImage(built.imageId).inspect();
  const ours = (RepoTags ?? []).filter(isBuildName);
  // Its last name takes the image with it; one that others named, or that is the classic builder's cache, stays.
  const names = RepoTags?.length ? ours : [built.imageId];
  for (const name of names) {
    // What `stage` takes away at the same moment is gone all the same.
    await engine.docker
      .getImage(name)
      .remove()
      .catch((error: unknown) => {
        if (statusOf(error) !== 404) throw error;
      });
  }
}

/** Removes what a build left on the engine. Never rejects: what stays behind is named, and `docker image ls` shows it. */
export async function discardImage(engine: Engine, log: Log, built: Built): Promise<void> {
  try {
    await remove(engine, built);
  } catch (error) {
    if (statusOf(error) === 404) return;
    log.warn({ err: error, image: built.imageId }, 'the image of a build could not be removed from the engine');
  }
}
