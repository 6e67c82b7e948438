import { type GitHub, githubError, type RepositoryName } from '../github.ts';

export type LastChange = {
  /** GitHub's tag of the newest commit that changed the file. */
  readonly etag?: string;
  /** Whether GitHub tells no such commit: the file is not there now. Its history is simplified, and one that was merged away may be left out. */
  readonly isNone: boolean;
};

/**
 * The newest commit of a branch that changed a file (GitHub REST, "List commits"); `unchanged` where it is the one that
 * GitHub told under this tag, which costs nothing of the rate limit. That a file is not there has no tag of its own. The
 * request is not repeated: it can be done without.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`
 */
export async function lastChange(
  github: GitHub,
  { owner, repo, ref, path, etag }: RepositoryName & { ref: string; path: string; etag: string | undefined },
): Promise<LastChange | 'unchanged'> {
  try {
    const { data, headers } = await github.rest.repos.listCommits({
      owner,
      repo,
      sha: ref,
      path,
      per_page: 1,
      headers: etag === undefined ? {} : { 'if-none-match': etag },
      request: { retries: 0 },
    });
    return { isNone: data.length === 0, ...(headers.etag === undefined ? {} : { etag: headers.etag }) };
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 304) return 'unchanged';
    throw githubError(error, `looking for changes of ${owner}/${repo} at ${ref}`);
  }
}
