import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Phase } from './build-terms.ts';

/** Seconds: from a cached build to one that takes an hour. */
const phaseBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];

/** Events that are told apart; a header of any other name must not make a series of its own. */
const events = new Set([
  'check_run',
  'check_suite',
  'installation',
  'installation_repositories',
  'issue_comment',
  'merge_group',
  'ping',
  'pull_request',
  'push',
  'repository',
]);

export type DeliveryResult = 'taken' | 'refused' | 'failed' | 'broken-off';

/** What this process counts while it works. What the store knows is asked for when somebody reads `/metrics`. */
export type Metrics = {
  readonly registry: Registry;
  delivered(event: string | undefined, result: DeliveryResult): void;
  spent(phase: Phase | 'queued', ms: number): void;
  asked(
    request: { readonly method: string; readonly route: string; readonly status: number | 'none' },
    headers?: Headers,
  ): void;
};

/**
 * How many requests GitHub still grants (GitHub REST, "Rate limits for the REST API"): the least of all callers, since
 * each installation has an hour of its own and its answers do not name it. Their hours tell them apart.
 */
function rateLimits() {
  const hours = new Map<string, { readonly resource: string; readonly left: number; readonly endsAt: number }>();
  return {
    see(headers: Headers) {
      const [resource, left, reset] = ['resource', 'remaining', 'reset'].map((one) =>
        headers.get(`x-ratelimit-${one}`),
      );
      if (!/^[a-z_]{1,40}$/.test(resource ?? '') || !/^\d{1,9}$/.test(left ?? '') || !/^\d{1,12}$/.test(reset ?? ''))
        return;
      hours.set(`${resource} ${reset}`, { resource: `${resource}`, left: Number(left), endsAt: Number(reset) * 1000 });
    },
    least(): ReadonlyMap<string, number> {
      const least = new Map<string, number>();
      for (const [key, { resource, left, endsAt }] of hours) {
        if (endsAt < Date.now()) hours.delete(key);
        else least.set(resource, Math.min(left, least.get(resource) ?? left));
      }
      return least;
    },
  };
}

/** Counters in a registry of their own: two servers in one process have nothing in common. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const deliveries = new Counter({
    name: 'slipway_deliveries_total',
    help: 'Webhook deliveries by event and by what became of them.',
    labelNames: ['event', 'result'],
    registers,
  });
  const phases = new Histogram({
    name: 'slipway_phase_seconds',
    help: 'Seconds that builds spent in a phase; queued is the time before the first one.',
    labelNames: ['phase'],
    buckets: phaseBuckets,
    registers,
  });
  const requests = new Counter({
    name: 'slipway_github_requests_total',
    help: 'Requests to GitHub by route and status; none: there was no answer.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const limits = rateLimits();
  new Gauge({
    name: 'slipway_github_rate_limit_remaining',
    help: 'Requests that GitHub still grants in this hour, of the installation that has the fewest left.',
    labelNames: ['resource'],
    registers,
    collect() {
      this.reset();
      for (const [resource, left] of limits.least()) this.set({ resource }, left);
    },
  });
  return {
    registry,
    delivered: (event = '', result) => deliveries.inc({ event: events.has(event) ? event : 'other', result }),
    spent: (phase, ms) => phases.observe({ phase }, Math.max(0, ms) / 1000),
    asked(request, headers) {
      requests.inc(request);
      if (headers !== undefined) limits.see(headers);
    },
  };
}
