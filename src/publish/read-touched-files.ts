import type { TouchedFilesOf } from '../fetch/list-touched-files.ts';
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
  touchedFiles: TouchedFilesOf,
  configuration: Configuration,
): Promise<TouchedFiles | undefined> {
  if (!asksForFiles(configuration)) return undefined;
  let untouched = configuration.services.map(watchFiles);
  return await touchedFiles((page) => {
    untouched = untouched.filter(({ touchedBy }) => !touchedBy(page));
    return untouched.length === 0;
  });
}
