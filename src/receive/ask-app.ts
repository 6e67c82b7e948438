import type { Probot } from 'probot';
import { SlipwayError } from '../errors.ts';
import { githubError } from '../github.ts';

const timeoutMs = 10_000;

/** The App as GitHub knows it. `slug` is its name in addresses; `slug[bot]` is the login that it acts under. */
export type AppIdentity = { readonly owner: string; readonly slug: string };

/**
 * The App itself (GitHub REST, "Get the authenticated app").
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`
 */
export async function askApp(app: Pick<Probot, 'auth'>): Promise<AppIdentity> {
  const doing = 'asking who owns the App';
  try {
    const octokit = await app.auth();
    // Whoever asks has a backoff of its own; octokit's would hold a plan up for 14 s.
    const request = { retries: 0, signal: AbortSignal.timeout(timeoutMs) };
    const { data } = await octokit.request('GET /app', { request });
    const owner = data?.owner;
    if (owner && 'login' in owner && owner.login !== '' && data.slug) return { owner: owner.login, slug: data.slug };
  } catch (error) {
    throw githubError(error, doing);
  }
  throw new SlipwayError('github-refused', 'GitHub named no account as the owner of the App.', {
    help: 'Set ALLOWED_OWNERS to the accounts whose repositories are served.',
  });
}
