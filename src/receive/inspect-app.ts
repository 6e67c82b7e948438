import type { Probot } from 'probot';
import { SlipwayError } from '../errors.ts';
import { githubError } from '../github.ts';

/** What the App was made with. */
export type AppFacts = {
  readonly owner: string | undefined;
  readonly slug: string;
  /** `read`, `write` or `admin` by the permission's name. */
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
};

/**
 * The App as GitHub has it (GitHub REST, "Get the authenticated app").
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`
 */
export async function inspectApp(app: Pick<Probot, 'auth'>, signal: AbortSignal): Promise<AppFacts> {
  const doing = 'asking what the App may do';
  try {
    const octokit = await app.auth();
    const { data } = await octokit.request('GET /app', { request: { retries: 0, signal } });
    if (data === null) throw new SlipwayError('github-refused', 'GitHub named no App.');
    const { owner, slug = '', permissions, events } = data;
    return {
      owner: owner && 'login' in owner ? owner.login : undefined,
      slug,
      permissions: Object.fromEntries(Object.entries(permissions).map(([name, level]) => [name, String(level)])),
      events,
    };
  } catch (error) {
    throw githubError(error, doing);
  }
}
