import { type GitHub, githubError, type RepositoryName } from '../github.ts';

/** How a command is answered: it is done, it has started a build, or it makes no sense now. */
export type Reaction = '+1' | 'rocket' | 'confused';

/**
 * Answers a comment by a reaction; the same one twice is one (GitHub REST, "Create reaction for an issue comment").
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`
 */
export async function react(
  github: GitHub,
  { owner, repo, commentId, content }: RepositoryName & { readonly commentId: number; readonly content: Reaction },
): Promise<void> {
  try {
    await github.rest.reactions.createForIssueComment({ owner, repo, comment_id: commentId, content });
  } catch (error) {
    throw githubError(error, `answering a comment of ${owner}/${repo}`);
  }
}
