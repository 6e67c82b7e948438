import type { State } from '../state.ts';
import { Refused } from './answer.ts';

const seconds = (time: number) => Math.ceil(time / 1000);

/** The headers that every answer has (GitHub REST, "Rate limits for the REST API"). */
export function rateLimitHeaders(state: State): Record<string, string> {
  const { limit, remaining, resetAt } = state.settings.rateLimit;
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(seconds(resetAt)),
    'X-RateLimit-Used': String(limit - remaining),
    'X-RateLimit-Resource': 'core',
  };
}

/** Takes one request from the hour's, or refuses it where none is left. */
export function countRequest(state: State, template: string): void {
  const { rateLimit } = state.settings;
  if (template === '/rate_limit') return;
  if (rateLimit.resetAt <= Date.now()) {
    rateLimit.remaining = rateLimit.limit;
    rateLimit.resetAt = Date.now() + 3_600_000;
  }
  if (rateLimit.remaining <= 0) throw new Refused(403, 'API rate limit exceeded for installation.');
  rateLimit.remaining -= 1;
}

export function renderRateLimit(state: State) {
  const { limit, remaining, resetAt } = state.settings.rateLimit;
  const rate = { limit, remaining, used: limit - remaining, reset: seconds(resetAt) };
  return { resources: { core: rate, search: rate, graphql: rate }, rate };
}
