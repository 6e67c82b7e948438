import { type GitHub, githubError } from '../github.ts';
import type { TouchedFiles } from '../terms.ts';

/** GitHub lists so many files of a pull request and no more (GitHub REST, "List pull requests files"). */
const mostFiles = 3000;
const pageSize = 100;

/** The files that a pull request touches, as far as somebody asks; a renamed one under both names. */
export type TouchedFilesOf = (isEnough: (page: readonly string[]) => boolean) => Promise<TouchedFiles>;

/**
 * Lists the files that a pull request touches. Asks page by page, until there are no more or the files so far are enough,
 * and for each page once, however often somebody asks.
 *
 * The function that is returned throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`.
 */
export function listTouchedFiles(
  github: GitHub,
  { owner, repo, number }: { readonly owner: string; readonly repo: string; readonly number: number },
): TouchedFilesOf {
  const pages: { readonly paths: readonly string[]; readonly isLast: boolean }[] = [];

  async function readPage(page: number): Promise<(typeof pages)[number]> {
    try {
      const { data } = await github.rest.pulls.listFiles({
        owner,
        repo,
        pull_number: number,
        per_page: pageSize,
        page,
      });
      const paths = data.flatMap(({ filename, previous_filename: before }) =>
        before === undefined ? [filename] : [filename, before],
      );
      return { paths, isLast: data.length < pageSize };
    } catch (error) {
      throw githubError(error, `listing the files of ${owner}/${repo}#${number}`);
    }
  }

  return async (isEnough) => {
    const paths: string[] = [];
    for (let index = 0; index < mostFiles / pageSize; index += 1) {
      const page = pages[index] ?? (await readPage(index + 1));
      pages[index] = page;
      paths.push(...page.paths);
      if (page.isLast || isEnough(page.paths)) return { paths, isComplete: true };
    }
    return { paths, isComplete: false };
  };
}
