import { SlipwayError } from '../errors.ts';
import { type GitHub, githubError } from '../github.ts';

/**
 * Asks GitHub for the archive of a commit. It redirects to another origin; fetch leaves the installation token behind
 * there (Fetch standard, "HTTP-redirect fetch": Authorization is dropped across origins).
 *
 * @param options.signal ends the answer's body as well
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`, `cancelled`
 */
export async function requestArchive(options: {
  github: GitHub;
  owner: string;
  repo: string;
  commit: string;
  signal: AbortSignal;
}): Promise<ReadableStream<Uint8Array>> {
  const { github, owner, repo, commit: ref, signal } = options;
  const doing = `fetching ${owner}/${repo} at ${ref}`;
  try {
    const { data } = await github.rest.repos.downloadTarballArchive({
      owner,
      repo,
      ref,
      request: { parseSuccessResponseBody: false, signal },
    });
    if (data instanceof ReadableStream) return data as ReadableStream<Uint8Array>;
  } catch (error) {
    throw githubError(error, doing);
  }
  throw new SlipwayError('github-unavailable', `GitHub answered without an archive while ${doing}.`, {
    transient: true,
  });
}
