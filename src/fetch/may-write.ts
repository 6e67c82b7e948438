import type { GitHub, RepositoryName } from '../github.ts';
import { allowsWriting } from './allows-writing.ts';
import { permissionOf } from './permission-of.ts';

/**
 * Whether an account has write or admin permission on a repository at this moment.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`
 */
export async function mayWrite(github: GitHub, { owner, repo }: RepositoryName, login: string): Promise<boolean> {
  const found = await permissionOf(github, { owner, repo, login });
  return found !== 'unchanged' && allowsWriting(found.text);
}
