import { type GitHub, githubError, type RepositoryName } from '../github.ts';
import type { TaggedText } from './read-with-tag.ts';

/**
 * The permission of an account on a repository at this moment: `admin`, `write`, `read` or `none` (GitHub REST, "Get
 * repository permissions for a user"; `maintain` is told as `write`); none where GitHub does not know the account.
 * `unchanged` where it is what GitHub told under this tag, which costs nothing of the rate limit.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`
 */
export async function permissionOf(
  github: GitHub,
  { owner, repo, login, etag }: RepositoryName & { readonly login: string; readonly etag?: string | undefined },
): Promise<TaggedText | 'unchanged'> {
  try {
    const { data, headers } = await github.rest.repos.getCollaboratorPermissionLevel({
      owner,
      repo,
      username: login,
      headers: etag === undefined ? {} : { 'if-none-match': etag },
    });
    return { text: data.permission, ...(headers.etag === undefined ? {} : { etag: headers.etag }) };
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 304) return 'unchanged';
    if (error instanceof Error && 'status' in error && error.status === 404) return {};
    throw githubError(error, `asking for the permission of ${login} on ${owner}/${repo}`);
  }
}
