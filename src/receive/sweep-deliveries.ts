import type { GitHub } from '../github.ts';
import { githubError } from '../github.ts';
import type { Sweeping } from './sweeping.ts';

const markName = 'deliveries-swept';
/** GitHub keeps deliveries for some days. */
const longestBack = 3 * 86_400_000;
/** Milliseconds for which a delivery may still be under way. */
const overlap = 60_000;
const mostPages = 30;
const mostAttempts = 5;

type Attempt = Awaited<ReturnType<GitHub['rest']['apps']['listWebhookDeliveries']>>['data'][number];

/**
 * Asks GitHub to deliver again what failed since the last sweep (GitHub REST, "List deliveries for an app webhook",
 * "Redeliver"). What succeeded in any attempt is left alone.
 *
 * @returns how many deliveries were asked for
 * @throws {SlipwayError} `github-unavailable`, `github-refused`
 */
export async function sweepDeliveries({ app, store, log, signal }: Sweeping): Promise<number> {
  const began = Date.now();
  const kept = Number((await store.recall(markName)) ?? began - longestBack);
  const since = Math.max(kept, began - longestBack) - overlap;
  try {
    const octokit = await app.auth();
    const byGuid = new Map<string, Attempt[]>();
    for await (const attempt of attemptsSince(octokit, since, signal)) {
      byGuid.set(attempt.guid, [...(byGuid.get(attempt.guid) ?? []), attempt]);
    }
    let asked = 0;
    for (const attempts of [...byGuid.values()].reverse()) {
      const [last] = attempts;
      if (last === undefined || attempts.length >= mostAttempts || attempts.some(succeeded)) continue;
      await octokit.request('POST /app/hook/deliveries/{delivery_id}/attempts', {
        delivery_id: last.id,
        request: { signal },
      });
      asked += 1;
    }
    if (asked > 0) log.info({ deliveries: asked }, 'failed deliveries were asked for again');
    await store.remember(markName, String(began));
    return asked;
  } catch (error) {
    throw githubError(error, 'asking for failed deliveries');
  }
}

const succeeded = ({ status_code: code }: Attempt): boolean => code >= 200 && code < 300;

/** Newest first. */
async function* attemptsSince(octokit: GitHub, since: number, signal: AbortSignal): AsyncGenerator<Attempt> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { data, headers } = await octokit.rest.apps.listWebhookDeliveries({
      per_page: 100,
      ...(cursor === undefined ? {} : { cursor }),
      request: { signal },
    });
    for (const attempt of data) {
      if (Date.parse(attempt.delivered_at) < since) return;
      yield attempt;
    }
    cursor = /[?&]cursor=([^&>]+)[^>]*>; rel="next"/.exec(headers.link ?? '')?.[1];
    if (cursor === undefined) return;
  }
}
