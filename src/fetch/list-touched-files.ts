import { type GitHub, githubError } from '../github.ts';
import type { TouchedFiles } from '../terms.ts';

/** GitHub lists so many files of a pull request and no more (GitHub REST, "List pull requests files"). */
const mostFiles = 3000;
const pageSize = 100;

/**
 * The files that a pull request touches; a renamed one under both names. Asks page by page, until there are no more or
 * the files so far are enough.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`
 */
export async function listTouchedFiles(
  github: GitHub,
  { owner, repo, number }: { readonly owner: string; readonly repo: string; readonly number: number },
  isEnough: (page: readonly string[]) => boolean,
): Promise<TouchedFiles> {
  const paths: string[] = [];
  try {
    for (let page = 1; page <= mostFiles / pageSize; page += 1) {
      const { data } = await github.rest.pulls.listFiles({
        owner,
        repo,
        pull_number: number,
        per_page: pageSize,
        page,
      });
      const found = data.flatMap(({ filename, previous_filename: before }) =>
        before === undefined ? [filename] : [filename, before],
      );
      paths.push(...found);
      if (data.length < pageSize || isEnough(found)) return { paths, isComplete: true };
    }
  } catch (error) {
    throw githubError(error, `listing the files of ${owner}/${repo}#${number}`);
  }
  return { paths, isComplete: false };
}
