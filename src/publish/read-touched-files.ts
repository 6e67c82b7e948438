import { listTouchedFiles } from '../fetch/list-touched-files.ts';
import type { GitHub } from '../github.ts';
import { asksForFiles } from '../plan/asks-for-files.ts';
import type { Configuration } from '../plan/configuration.ts';
import { watchFiles } from '../plan/watch-files.ts';
import type { TouchedFiles } from '../terms.ts';

/**
 * The files of a pull request, as far as a plan needs them: none are asked for where every merge is built anyway, and no
 * more once every service is touched.
 *
 * @throws {SlipwayError} when GitHub cannot be reached
 */
export async function readTouchedFiles(
  github: GitHub,
  pullRequest: { readonly owner: string; readonly repo: string; readonly number: number },
  configuration: Configuration,
): Promise<TouchedFiles | undefined> {
  if (!asksForFiles(configuration)) return undefined;
  let untouched = configuration.services.map(watchFiles);
  return await listTouchedFiles(github, pullRequest, (page) => {
    untouched = untouched.filter(({ touchedBy }) => !touchedBy(page));
    return untouched.length === 0;
  });
}
