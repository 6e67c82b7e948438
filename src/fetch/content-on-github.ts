import { posix } from 'node:path';
import { type GitHub, githubError } from '../github.ts';
import { forPeople } from './for-people.ts';

type Content = Awaited<ReturnType<GitHub['rest']['repos']['getContent']>>['data'];

/**
 * What GitHub has at a path (GitHub REST, "Get repository content"): a list for a folder; undefined for nothing.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone` when the commit is gone
 */
export async function contentOnGitHub(options: {
  github: GitHub;
  owner: string;
  repo: string;
  ref: string;
  path: string;
}): Promise<Content | undefined> {
  const { github, owner, repo, ref } = options;
  const path = posix.normalize(options.path);
  try {
    const { data } = await github.rest.repos.getContent({ owner, repo, ref, path });
    return data;
  } catch (error) {
    // The same status says that the path or that the commit is not there.
    const isPath = error instanceof Error && !/no commit found/i.test(error.message);
    if (isPath && 'status' in error && error.status === 404) return undefined;
    throw githubError(error, `reading ${forPeople(path)} of ${owner}/${repo} at ${ref}`);
  }
}
