import type { Probot } from 'probot';
import { SlipwayError } from '../errors.ts';
import { githubError } from '../github.ts';

const timeoutMs = 10_000;

/**
 * Login of the account that owns the App (GitHub REST, "Get the authenticated app").
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`
 */
export async function askAppOwner(app: Pick<Probot, 'auth'>): Promise<string> {
  const doing = 'asking who owns the App';
  try {
    const octokit = await app.auth();
    // Whoever asks has a backoff of its own; octokit's would hold a plan up for 14 s.
    const request = { retries: 0, signal: AbortSignal.timeout(timeoutMs) };
    const { data } = await octokit.request('GET /app', { request });
    const owner = data?.owner;
    if (owner && 'login' in owner && owner.login !== '') return owner.login;
  } catch (error) {
    throw githubError(error, doing);
  }
  throw new SlipwayError('github-refused', 'GitHub named no account as the owner of the App.', {
    help: 'Set ALLOWED_OWNERS to the accounts whose repositories are served.',
  });
}
