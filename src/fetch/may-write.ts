import { type GitHub, githubError, type RepositoryName } from '../github.ts';

/**
 * Whether an account has write or admin permission on a repository at this moment (GitHub REST, "Get repository
 * permissions for a user"; `maintain` is told as `write`). An account that GitHub does not know has none.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`
 */
export async function mayWrite(github: GitHub, { owner, repo }: RepositoryName, login: string): Promise<boolean> {
  try {
    const { data } = await github.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: login });
    return data.permission === 'admin' || data.permission === 'write';
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 404) return false;
    throw githubError(error, `asking for the permission of ${login} on ${owner}/${repo}`);
  }
}
