import type { Log } from '../../log.ts';
import type { LeftOver } from '../artifact-type.ts';
import type { Engine } from './connect-engine.ts';
import { explainEngineError, statusOf } from './explain-engine-error.ts';
import { buildIdOf } from './local-names.ts';

/**
 * The images on the engine that carry the name of a build.
 *
 * @throws {SlipwayError} `engine-unavailable`
 */
export async function findLeftOvers(engine: Engine, log: Log): Promise<readonly LeftOver[]> {
  const images = await engine.docker.listImages().catch((error: unknown) => {
    throw explainEngineError(error, 'listing its images');
  });
  return images.flatMap(({ RepoTags: names }) =>
    (names ?? []).flatMap((name) => {
      const buildId = buildIdOf(name);
      if (buildId === undefined) return [];
      const remove = async () => {
        try {
          await engine.docker.getImage(name).remove();
        } catch (error) {
          if (statusOf(error) !== 404)
            log.warn({ err: error, image: name }, 'an image that a build left could not be removed');
        }
      };
      return [{ buildId, remove }];
    }),
  );
}
