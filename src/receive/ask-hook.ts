import type { Probot } from 'probot';
import { githubError } from '../github.ts';

/** Where GitHub sends the App's webhooks, and how. */
export type HookFacts = { readonly url: string; readonly contentType: string; readonly checksCertificate: boolean };

/**
 * GitHub REST, "Get a webhook configuration for an app".
 *
 * @throws {SlipwayError} `source-gone` for an App without a webhook, `github-unavailable`, `github-refused`
 */
export async function askHook(app: Pick<Probot, 'auth'>, signal: AbortSignal): Promise<HookFacts> {
  try {
    const octokit = await app.auth();
    const { data } = await octokit.request('GET /app/hook/config', { request: { retries: 0, signal } });
    const { url = '', content_type: contentType = '', insecure_ssl: insecure = '0' } = data;
    return { url, contentType, checksCertificate: String(insecure) !== '1' };
  } catch (error) {
    throw githubError(error, 'asking where webhooks go');
  }
}
