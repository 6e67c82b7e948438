import type { Probot } from 'probot';
import { githubError } from '../github.ts';

/** The newest deliveries. */
export type DeliveryFacts = {
  /** When the newest one was made; undefined where GitHub keeps none. */
  readonly last: Date | undefined;
  /** Deliveries looked at, each counted once however often it was tried. */
  readonly count: number;
  /** Those that no attempt has brought here. */
  readonly failed: number;
  /** GitHub's words for the newest of them. */
  readonly reason: string;
};

/**
 * The newest 100 attempts (GitHub REST, "List deliveries for an app webhook").
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`
 */
export async function askDeliveries(app: Pick<Probot, 'auth'>, signal: AbortSignal): Promise<DeliveryFacts> {
  try {
    const octokit = await app.auth();
    const request = { retries: 0, signal };
    const { data } = await octokit.request('GET /app/hook/deliveries', { per_page: 100, request });
    const arrived = new Set(data.filter(({ status_code: code }) => code >= 200 && code < 300).map(({ guid }) => guid));
    const lost = data.filter(({ guid }) => !arrived.has(guid));
    const [newest] = data;
    return {
      last: newest && new Date(newest.delivered_at),
      count: new Set(data.map(({ guid }) => guid)).size,
      failed: new Set(lost.map(({ guid }) => guid)).size,
      reason: lost[0]?.status ?? '',
    };
  } catch (error) {
    throw githubError(error, 'asking for the last deliveries');
  }
}
