import type { GitHub } from '../github.ts';
import { contentOnGitHub } from './content-on-github.ts';

/**
 * What stands at a path at a commit. A link to a file counts as that file, since GitHub answers with it; a link to
 * anything else is a `link`. A submodule is a `folder`, as in the archive.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`
 */
export async function kindOnGitHub(options: {
  github: GitHub;
  owner: string;
  repo: string;
  ref: string;
  path: string;
}): Promise<'file' | 'folder' | 'link' | undefined> {
  const content = await contentOnGitHub(options);
  if (content === undefined) return undefined;
  if (Array.isArray(content)) return 'folder';
  if (content.type === 'file') return 'file';
  return content.type === 'symlink' ? 'link' : 'folder';
}
