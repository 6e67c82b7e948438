import { posix } from 'node:path';
import { SlipwayError } from '../../errors.ts';
import type { Recipe, Service } from '../../terms.ts';
import { checkDockerfile } from './check-dockerfile.ts';

/**
 * What a build of an image will use, from its Dockerfile.
 *
 * @param read text of a file, by its path from the repository's root; undefined where there is none
 * @throws {SlipwayError} `dockerfile-missing`, `dockerfile-invalid`, `configuration-invalid`
 */
export async function readRecipe(
  service: Pick<Service, 'path' | 'dockerfile' | 'build'>,
  read: (path: string) => Promise<string | undefined>,
): Promise<Recipe> {
  const file = posix.join(service.path, service.dockerfile);
  const text = await read(file);
  if (text !== undefined) return checkDockerfile(text, service);
  throw new SlipwayError('dockerfile-missing', `Expected a Dockerfile at \`${file}\`, found none.`, {
    help: 'Add it, or name another one as `dockerfile` in `.github/slipway.yml`.',
  });
}
