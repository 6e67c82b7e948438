import { Probot } from 'probot';
import { countedFetch } from '../counted-fetch.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Settings } from '../settings.ts';
import { patientFetch } from './patient-fetch.ts';

/** Milliseconds; GitHub itself gives up after 10 s. */
const patience = 20_000;

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
  });
  return await probot.ready();
}
