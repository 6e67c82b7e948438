import { Probot } from 'probot';
import type { Log } from '../log.ts';
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
}: {
  readonly settings: Pick<Settings, 'appId' | 'privateKey' | 'webhookSecret' | 'githubApi'>;
  readonly log: Log;
}): Promise<Probot> {
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey,
    secret: settings.webhookSecret,
    baseUrl: settings.githubApi,
    request: { fetch: patientFetch(patience) },
    log,
  });
  return await probot.ready();
}
