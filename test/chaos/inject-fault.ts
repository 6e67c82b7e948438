import type { GitHubStandIn } from '../github/start-github.ts';
import type { Random } from './random.ts';

/** GitHub fails a few requests, in one of the ways in which it does. */
export function injectFault(github: GitHubStandIn, random: Random): void {
  const path = random.pick([/check-runs/, /comments/, /tarball|legacy\.tar/, /access_tokens/]);
  const fault = random.pick([
    { status: 502 },
    { status: 503 },
    { status: 429, headers: { 'retry-after': '1' } },
    'drop',
    'truncate',
  ] as const);
  const applied = typeof fault !== 'string' && random.next() < 0.3;
  github.inject({ path, fault, times: random.between(1, 2), applied });
}
