import { type GitHub, githubError, type RepositoryName } from '../github.ts';

/** GitHub shows so many files of a comparison and no more, whichever page is asked for (GitHub REST, "Compare two commits"). */
const mostFiles = 300;
/** Characters; a longer patch is not kept. */
const patchLimit = 64 * 1024;

export type ChangedFile = {
  readonly path: string;
  /** Where it was before, of one that was renamed. */
  readonly before?: string;
  /** As GitHub names it: `added`, `removed`, `modified` (of the same type as before), `renamed`, `changed` and others. */
  readonly status: string;
  /** git's id of its content; of a removed one, of the content that it had. */
  readonly id?: string;
  readonly patch?: string;
};

/** What a commit changes against where its history left that of another. */
export type Difference = {
  /** The commit where it left. */
  readonly mergeBase: string;
  /** Whether the other has nothing that the commit does not have. */
  readonly isUpToDate: boolean;
  readonly files: readonly ChangedFile[];
  /** Whether `files` are all. */
  readonly isComplete: boolean;
};

/**
 * Compares a commit with another, or a branch, for one request (GitHub REST, "Compare two commits"). It is not repeated:
 * GitHub gives up on a large one after ten seconds, and will again.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`
 */
export async function compareCommits(
  github: GitHub,
  { owner, repo, base, head }: RepositoryName & { readonly base: string; readonly head: string },
): Promise<Difference> {
  try {
    const { data } = await github.rest.repos.compareCommitsWithBasehead({
      owner,
      repo,
      basehead: `${base}...${head}`,
      // Of its commits none is needed.
      per_page: 1,
      request: { retries: 0 },
    });
    const files = data.files ?? [];
    return {
      mergeBase: data.merge_base_commit.sha,
      isUpToDate: data.behind_by === 0,
      isComplete: data.files !== undefined && files.length < mostFiles,
      files: files.map(({ filename: path, previous_filename: before, status, sha: id, patch }) => ({
        path,
        status,
        ...(before === undefined ? {} : { before }),
        ...(id === null ? {} : { id }),
        ...(patch === undefined || patch.length > patchLimit ? {} : { patch }),
      })),
    };
  } catch (error) {
    throw githubError(error, `comparing ${owner}/${repo} at ${head} with ${base}`);
  }
}
