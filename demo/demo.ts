/**
 * A merge, from the webhook to the running image, on real parts in one terminal. Only GitHub is a stand-in: the one of the
 * tests. `npm run demo` stays until Ctrl-C, so that the pages can be looked at; `npm run demo -- --exit` ends by itself.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startParts } from '../scripts/parts/start-parts.ts';
import { startSlipway } from '../src/commands/start-slipway.ts';
import { createLog } from '../src/log.ts';
import { readSettings } from '../src/settings.ts';
import type { Files } from '../test/github/git/write-commit.ts';
import { startGitHub } from '../test/github/start-github.ts';
import { settledPull } from '../test/support/orders.ts';
import { pullAndRun } from './pull-and-run.ts';

const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false } } });
const releasers: (() => Promise<unknown>)[] = [];
const interrupted = Promise.withResolvers<void>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.resolve());

const began = performance.now();
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const say = (line = '') => console.log(line);
const step = (line: string) => say(`\n▸ ${line}`);

/** The example service as a repository has it. */
async function exampleFiles(baseImage: string): Promise<Files> {
  const folder = path.join(import.meta.dirname, '../examples/orders');
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(folder, file), await readFile(file, 'utf8')] as const;
      }),
  );
  // There is no way out of a closed network to the image that the Dockerfile names by default.
  const configuration = `services:\n  - path: .\n    build:\n      args: { BASE_IMAGE: "${baseImage}" }\n`;
  return { ...Object.fromEntries(files), '.github/slipway.yml': configuration };
}

async function demo(): Promise<void> {
  step('Engine and registry');
  const parts = await startParts({ log: (line) => say(`  ${line}`) });
  releasers.push(parts.stop);

  step('GitHub (a stand-in) and Slipway');
  const github = await startGitHub({ basePath: '/api/v3' });
  releasers.push(() => github.stop());
  const environment = {
    APP_ID: String(github.appId),
    PRIVATE_KEY: github.privateKey,
    WEBHOOK_SECRET: github.webhookSecret,
    GHE_HOST: new URL(github.apiUrl).host,
    GHE_PROTOCOL: 'http',
    HOST: '127.0.0.1',
    PORT: '0',
    REGISTRY: parts.registry,
    DOCKER_HOST: parts.dockerHost,
    DATA_DIR: path.join(parts.temporary, 'slipway'),
  };
  const log = createLog('info', {
    write(line) {
      const { level, msg } = JSON.parse(line);
      // GitHub tells the App of its own check runs too.
      if (msg.startsWith('nothing to do')) return;
      say(`  slipway │ ${level === 'info' ? '' : `${level}: `}${msg}`);
    },
  });
  const settings = readSettings(environment);
  const slipway = await startSlipway({ settings, environment, role: 'all', log });
  releasers.push(() => slipway.stop());
  say(`  GitHub at ${github.webUrl}, Slipway at ${slipway.publicUrl}`);

  step('A pull request with the label version:1.0.0 is merged into develop');
  const repository = await github.createRepository({
    owner: 'acme',
    name: 'orders',
    files: await exampleFiles(parts.baseImage),
  });
  const pull = await repository.openPullRequest({
    title: 'Answer with one order more',
    files: { 'public/orders.json': '{"orders":[{"id":1},{"id":2},{"id":3}]}\n' },
    labels: ['version:1.0.0'],
  });
  github.deliverTo(`${slipway.publicUrl}/api/github/webhooks`);
  const merged = performance.now();
  await repository.merge(pull.number);
  const { comment, checks } = await settledPull(repository, pull.number);
  const pullRequest = `${repository.htmlUrl}/pull/${pull.number}`;
  for (const { name, output, conclusion } of checks) say(`  check   │ ${name}: ${conclusion}, ${output.title}`);
  say(`  The verdict is on the pull request ${seconds(merged)} after the merge:\n`);
  say(comment.body.replace(/^/gm, '    '));

  step('Pulled back by digest, and run');
  const digest = /@(sha256:[0-9a-f]{64})/.exec(comment.body)?.[1];
  if (digest === undefined) throw new Error('orders:1.0.0 was not published: the comment above says why.');
  const answer = await pullAndRun(parts.dockerHost, `${parts.registry}/orders@${digest}`, '/orders.json');
  say(`  GET /orders.json → ${answer.trim()}`);

  say(`\n✓ merge to running image, everything set up, in ${seconds(began)}`);
  say(`\n  Dashboard     ${slipway.publicUrl}/builds\n  Pull request  ${pullRequest}`);
  if (values.exit) return;
  say('\n  Ctrl-C ends it all.');
  await interrupted.promise;
}

try {
  await Promise.race([demo(), interrupted.promise]);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const release of releasers.splice(0).reverse()) await release();
}
