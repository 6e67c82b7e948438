import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { parse } from 'yaml';
import { createAppManifest } from '../../src/web/set-up/app-manifest.ts';
import { createSetUpWeb, type SetUpOptions } from '../../src/web/set-up/create-set-up-web.ts';
import { memoryLog } from './memory-log.ts';

/** app.yml */
export const manifestTemplate = parse(readFileSync(new URL('../../app.yml', import.meta.url), 'utf8')) as object;
export const setUpToken = 'the-token-of-the-log';

const publicUrl = 'https://slipway.example.com';
export const sampleManifest = createAppManifest(manifestTemplate, {
  publicUrl,
  webhookUrl: `${publicUrl}/api/github/webhooks`,
});

/** The real set-up pages on a free port, closed with the test; their public address is on this machine by default. */
export async function openSetUp(t: Pick<TestContext, 'after'>, given: Partial<SetUpOptions> & { name?: string } = {}) {
  const { log, text } = memoryLog();
  const taken: string[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const { name = '127.0.0.1', ...options } = given;
  const base = `http://${name}:${port}`;
  const web = createSetUpWeb({
    token: setUpToken,
    publicUrl: base,
    githubWeb: 'https://github.com',
    manifest: { ...sampleManifest, redirect_url: `${base}/setup/callback` },
    async take(code) {
      taken.push(code);
      return { name: 'Slipway', page: 'https://github.com/apps/slipway' };
    },
    log,
    ...options,
  });
  server.on('request', web);
  return { base, port, taken, text };
}
