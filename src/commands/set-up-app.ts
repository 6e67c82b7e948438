import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { appKeys, keepAppFile, withAppFile } from '../app-file.ts';
import { present } from '../environment.ts';
import { SlipwayError } from '../errors.ts';
import { convertManifest, type NewApp } from '../fetch/convert-manifest.ts';
import { createLog } from '../log.ts';
import { logDestination } from '../log-destination.ts';
import { answer } from '../receive/answer.ts';
import { answers } from '../receive/answers.ts';
import { serveHttp } from '../receive/serve-http.ts';
import { type Environment, readSetUpSettings } from '../settings.ts';
import { createAppManifest } from '../web/set-up/app-manifest.ts';
import { createSetUpWeb } from '../web/set-up/create-set-up-web.ts';
import { isUnreachable } from './is-unreachable.ts';

/** Milliseconds for the last answer, which tells of the App. */
const graceMs = 2000;
const appFile = new URL('../../app.yml', import.meta.url);

/** Whether there is no GitHub App yet. Where only a part of its settings is there, one was forgotten. */
export function needsSetUp(environment: Environment): boolean {
  const set = present(environment);
  return appKeys.every((key) => set[key] === undefined);
}

async function prepareFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
  } catch (cause) {
    throw new SlipwayError('bad-settings', `DATA_DIR: expected a folder that can be written, found ${dataDir}.`, {
      cause,
    });
  }
}

async function keep(dataDir: string, app: NewApp): Promise<void> {
  try {
    await keepAppFile(dataDir, {
      APP_ID: String(app.id),
      PRIVATE_KEY: app.privateKey,
      WEBHOOK_SECRET: app.webhookSecret,
      GITHUB_CLIENT_ID: app.clientId,
      GITHUB_CLIENT_SECRET: app.clientSecret,
    });
  } catch (cause) {
    throw new SlipwayError('disk-full', `The App is made, and its credentials could not be kept in ${dataDir}.`, {
      help: 'GitHub tells them only once: delete the App there, see that the folder can be written, and begin again.',
      cause,
    });
  }
}

/**
 * Serves the set-up page until somebody with the token has made a GitHub App, whose credentials are then in
 * `DATA_DIR/app.env`.
 *
 * @returns the environment with the App, on the port that was served; undefined when it was stopped before
 * @throws {SlipwayError} `bad-settings`
 */
export async function setUpApp({
  environment,
  signal,
}: {
  readonly environment: Environment;
  readonly signal: AbortSignal;
}): Promise<Environment | undefined> {
  const settings = readSetUpSettings(environment);
  const { githubApi, githubWeb, dataDir, webhookProxyUrl } = settings;
  const log = createLog(settings.logLevel, await logDestination(settings.logFormat, environment));
  await prepareFolder(dataDir);
  const template: unknown = parse(await readFile(appFile, 'utf8'));
  const token = randomBytes(24).toString('base64url');
  const publicUrl = settings.publicUrl ?? `http://localhost:${settings.port}`;
  const webhookUrl = webhookProxyUrl ?? `${publicUrl}/api/github/webhooks`;
  const reachable = webhookProxyUrl !== undefined || !isUnreachable(publicUrl);
  const ended = Promise.withResolvers<'made' | 'stopped'>();
  const web = createSetUpWeb({
    token,
    publicUrl,
    githubWeb,
    manifest: reachable ? createAppManifest(template, { publicUrl, webhookUrl }) : undefined,
    async take(code) {
      if (!needsSetUp(withAppFile(environment))) {
        throw new SlipwayError('bad-settings', `This Slipway has an App already, in ${dataDir}/app.env.`, {
          help: 'Delete the one that you have made just now on GitHub, and start Slipway again.',
        });
      }
      const app = await convertManifest(githubApi, code);
      await keep(dataDir, app);
      log.info({ app: app.id, page: app.page }, 'the GitHub App is made, and its credentials are in DATA_DIR/app.env');
      ended.resolve('made');
      return app;
    },
    log,
  });
  const server = await serveHttp({
    settings,
    deliveries: (req, res, { lingerMs }) => answer(req, res, answers.notSetUp, lingerMs),
    web,
    log,
  });
  signal.addEventListener('abort', () => ended.resolve('stopped'), { once: true });
  if (signal.aborted) ended.resolve('stopped');
  // In the sentence, since a key of this name is hidden in the log.
  log.warn(
    { port: server.port },
    `slipway has no GitHub App yet: open ${publicUrl}/setup and enter the one-time token ${token}`,
  );
  if (!reachable) log.warn({ publicUrl }, 'GitHub cannot reach PUBLIC_URL: set it, or WEBHOOK_PROXY_URL');
  const how = await ended.promise;
  await server.close({ graceMs });
  return how === 'made' ? { ...withAppFile(environment), PORT: String(server.port) } : undefined;
}
