import { type GitHub, githubError, type RepositoryName } from '../github.ts';
import type { Log } from '../log.ts';

export type CommentRequest = RepositoryName & {
  readonly number: number;
  /** Markdown that holds the marker; at most 65,536 characters. */
  readonly body: string;
  /** What the comment is found by where its id is not known. */
  readonly marker: string;
  /** GitHub's id of the comment, where it was kept. */
  readonly knownId?: number;
  readonly signal?: AbortSignal;
};

/**
 * Writes the comment of a pull request or edits it, and returns its id; undefined where the conversation is locked.
 * One that was deleted is made again.
 *
 * @param author login of the App's bot (`slipway[bot]`): somebody else's comment with the marker is left alone
 * @throws {SlipwayError} as `githubError` says
 */
export async function writeComment(
  github: GitHub,
  log: Log,
  author: string,
  request: CommentRequest,
): Promise<number | undefined> {
  const { owner, repo, number, body, knownId, signal } = request;
  const edit = async (id: number): Promise<number> => {
    await github.rest.issues.updateComment({
      owner,
      repo,
      comment_id: id,
      body,
      ...(signal && { request: { signal } }),
    });
    return id;
  };
  try {
    if (knownId !== undefined) {
      try {
        return await edit(knownId);
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        log.info({ owner, repo, number, comment: knownId }, 'the comment is gone and is made again');
      }
    }
    const found = await find(github, author, request);
    if (found !== undefined) return await edit(found);
    const { data } = await github.rest.issues.createComment({
      owner,
      repo,
      issue_number: number,
      body,
      // A second try of octokit's own would make a second comment; the next try of ours looks for the first.
      request: { retries: 0, ...(signal && { signal }) },
    });
    return data.id;
  } catch (error) {
    if (statusOf(error) === 403 && error instanceof Error && /\blocked\b/i.test(error.message)) {
      log.info({ owner, repo, number }, 'the conversation is locked: no comment, the checks tell the verdict');
      return undefined;
    }
    throw githubError(error, `writing the comment on ${owner}/${repo}#${number}`);
  }
}

const statusOf = (error: unknown): unknown => (error instanceof Error && 'status' in error ? error.status : undefined);

async function find(github: GitHub, author: string, request: CommentRequest): Promise<number | undefined> {
  const { owner, repo, number, marker, signal } = request;
  const pages = github.paginate.iterator(github.rest.issues.listComments, {
    owner,
    repo,
    issue_number: number,
    per_page: 100,
    ...(signal && { request: { signal } }),
  });
  for await (const { data } of pages) {
    const comment = data.find(
      ({ user, body }) => user?.login.toLowerCase() === author.toLowerCase() && body?.includes(marker),
    );
    if (comment) return comment.id;
  }
  return undefined;
}
