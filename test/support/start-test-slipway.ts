import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningSlipway, startSlipway } from '../../src/commands/start-slipway.ts';
import { createLog } from '../../src/log.ts';
import { type Environment, readSettings } from '../../src/settings.ts';
import type { GitHubStandIn } from '../github/start-github.ts';
import { engineHost, registryAddress } from './parts.ts';

export type TestSlipway = RunningSlipway & {
  /** Base of the server's own addresses. */
  readonly url: string;
  readonly dataDir: string;
  /** Every line of the log so far. */
  readonly logLines: readonly string[];
};

export type TestOptions = {
  readonly environment?: Environment;
  /** How often a phase is tried, one second apart; 1 here, so that a test sees the end at once. */
  readonly tries?: number;
  /** Milliseconds between sweeps; 10 minutes where absent. */
  readonly sweepEvery?: number;
  /** False leaves GitHub's webhooks where they went before. */
  readonly deliver?: boolean;
};

/** The settings with which a server of the tests serves a stand-in for GitHub. */
export function testEnvironment(github: GitHubStandIn, dataDir: string): Environment {
  const { host } = new URL(github.apiUrl);
  return {
    APP_ID: String(github.appId),
    PRIVATE_KEY: github.privateKey,
    WEBHOOK_SECRET: github.webhookSecret,
    GHE_HOST: host,
    GHE_PROTOCOL: 'http',
    HOST: '127.0.0.1',
    PORT: '0',
    REGISTRY: registryAddress(),
    DOCKER_HOST: engineHost(),
    DATA_DIR: dataDir,
    // The machine's disk may be as full as it is.
    DISK_HIGH: '99%',
    LOG_LEVEL: 'debug',
  };
}

/** The real server in this process, on a free port, with its state in a fresh folder; GitHub delivers to it. */
export async function startTestSlipway(github: GitHubStandIn, options: TestOptions = {}): Promise<TestSlipway> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-e2e-'));
  const environment = { ...testEnvironment(github, dataDir), ...options.environment };
  const read = readSettings(environment);
  // The stand-in may stand for github.com too, whose API is at the root of its host.
  const settings = { ...read, githubApi: github.apiUrl, githubWeb: github.webUrl };
  const logLines: string[] = [];
  const log = createLog(settings.logLevel, { write: (line) => void logLines.push(line) });
  const { tries = 1 } = options;
  const waits = Array.from({ length: tries - 1 }, () => 1);
  const running = await startSlipway({
    settings,
    environment,
    role: 'all',
    log,
    waits,
    ...(options.sweepEvery === undefined ? {} : { sweepEvery: options.sweepEvery }),
  });
  const url = `http://127.0.0.1:${running.port}`;
  if (options.deliver !== false) github.deliverTo(`${url}/api/github/webhooks`);
  return {
    ...running,
    url,
    dataDir,
    logLines,
    async stop() {
      if (options.deliver !== false) github.deliverTo(undefined);
      await running.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
