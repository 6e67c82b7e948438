import { allowsWriting } from '../fetch/allows-writing.ts';
import { permissionOf } from '../fetch/permission-of.ts';
import type { GitHub } from '../github.ts';
import type { PullRequest } from '../terms.ts';
import type { Pipeline } from './pipeline.ts';

const path = 'permission';

/**
 * Whether the author of a pull request has write or admin permission at this moment. That this is as it was costs nothing
 * of the rate limit.
 *
 * @throws {SlipwayError} when GitHub or the store cannot be reached
 */
export async function authorMayWrite(
  { store }: Pick<Pipeline, 'store'>,
  github: GitHub,
  { repositoryId, owner, repo, author: login }: Pick<PullRequest, 'repositoryId' | 'owner' | 'repo' | 'author'>,
): Promise<boolean> {
  const place = `author:${login}`;
  const known = await store.text(repositoryId, place, path);
  const found = await permissionOf(github, { owner, repo, login, etag: known?.etag });
  if (found === 'unchanged') return allowsWriting(known?.text);
  await store.keepText(repositoryId, place, path, { ...found, ref: login });
  return allowsWriting(found.text);
}
