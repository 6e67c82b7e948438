import { Probot, ProbotOctokit } from 'probot';
import { countedFetch } from '../counted-fetch.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Settings } from '../settings.ts';
import { patientFetch } from './patient-fetch.ts';

/** Milliseconds; GitHub itself gives up after 10 s. */
const patience = 20_000;

/**
 * Probot's octokit would wait inside the request until the hour of a rate limit is over, and whoever asked would hold the
 * place of other installations meanwhile. It says so at once instead, and the job goes back to its queue.
 */
const ImpatientOctokit = ProbotOctokit.defaults((options: { readonly throttle?: object }) => ({
  ...options,
  throttle: { ...options.throttle, onRateLimit: () => false, onSecondaryRateLimit: () => false },
}));

/**
 * The Probot instance, ready. Every option is given here, so that none is taken from the environment (an unset secret
 * would mean the well-known `development`), and `run()` with its open set-up mode is never used.
 */
export async function createProbot({
  settings,
  log,
  metrics,
}: {
  readonly settings: Pick<Settings, 'appId' | 'privateKey' | 'webhookSecret' | 'githubApi'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'asked'>;
}): Promise<Probot> {
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey,
    secret: settings.webhookSecret,
    baseUrl: settings.githubApi,
    request: { fetch: countedFetch(patientFetch(patience), metrics) },
    log,
    Octokit: ImpatientOctokit,
  });
  return await probot.ready();
}
