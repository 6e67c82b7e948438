import { type GitHub, githubError, type RepositoryName } from '../github.ts';
import { gitId } from './git-id.ts';
import { pathAndFolders } from './path-and-folders.ts';

/** git's mode of a symbolic link. */
const linkMode = '120000';

/** Whether a commit has this text at a path (undefined: nothing there). False as well where its tree does not tell. */
export type TreeComparison = (path: string, text: string | undefined) => boolean;

/**
 * Compares known texts with the tree of a commit, for one request (GitHub REST, "Get a tree"): git names a file by the hash
 * of its content. The request is not repeated: the archive tells as well.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`
 */
export async function compareWithTree(
  github: GitHub,
  { owner, repo, commit }: RepositoryName & { readonly commit: string },
): Promise<TreeComparison> {
  try {
    const { data } = await github.rest.git.getTree({
      owner,
      repo,
      tree_sha: commit,
      recursive: 'true',
      request: { retries: 0 },
    });
    const entries = new Map(data.tree.map((entry) => [entry.path, entry]));
    const isLink = (path: string): boolean => entries.get(path)?.mode === linkMode;
    return (path, text) => {
      // GitHub leaves out what is beyond 100,000 entries; what stands behind a link is elsewhere.
      if (data.truncated || pathAndFolders(path).some(isLink)) return false;
      const entry = entries.get(path);
      if (entry === undefined || entry.type === 'tree') return text === undefined;
      return text !== undefined && entry.sha === gitId(text, commit);
    };
  } catch (error) {
    throw githubError(error, `reading the tree of ${owner}/${repo} at ${commit}`);
  }
}
