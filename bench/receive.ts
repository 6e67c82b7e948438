/**
 * Webhook to 200 through our front door, as a ratio to plain Probot with an empty handler: signed payloads of real size,
 * both servers in processes of their own, rounds in turn, medians. Run it alone: `node bench/receive.ts`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createNodeMiddleware } from 'probot';
import { createLog, type Log } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { createProbot } from '../src/receive/create-probot.ts';
import { probotWebhooks } from '../src/receive/probot-webhooks.ts';
import { registerHandlers } from '../src/receive/register-handlers.ts';
import { startServer } from '../src/receive/start-server.ts';
import type { Intake } from '../src/receive/take-merge-in.ts';
import { openStore } from '../src/store/open-store.ts';
import { makeAppKey } from '../test/support/app-key.ts';
import { mergedPayload } from '../test/support/merged-payload.ts';
import { signDelivery, webhookSecret } from '../test/support/sign-delivery.ts';

const rounds = 9;
const warmUp = 3000;
const deliveries = 3000;
const oneByOne = 1000;
const connections = 16;

type Figures = { readonly perSecond: number; readonly p50: number; readonly p99: number };

const noStore: Intake['store'] = {
  takeIn: async () => ({ id: 'merge', known: false }),
  takeAct: async () => undefined,
  takePull: async () => undefined,
  takeMergeGroup: async () => undefined,
  moveRepository: async () => undefined,
  abandon: async () => 0,
};

/** The embedded store, in which every delivery becomes a row of its own although all have the same bytes. */
async function durableStore(log: Log): Promise<Intake['store']> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-bench-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  process.once('SIGTERM', () => process.exit());
  const store = await openStore({ databaseUrl: undefined, dataDir, logLimit: 2 ** 20, log });
  let number = 0;
  return {
    ...store,
    takeIn(merge) {
      number += 1;
      return store.takeIn({ ...merge, number });
    },
  };
}

/** Both sides log the same way: what is printed is thrown away. */
async function serve(kind: string): Promise<number> {
  const log = createLog('info', { write: () => undefined });
  const probot = await createProbot({
    settings: { appId: 1, privateKey: makeAppKey(), webhookSecret, githubApi: 'http://127.0.0.1:1' },
    log,
    metrics: createMetrics(),
  });
  if (kind === 'plain') {
    const app = (app: typeof probot) => app.on('pull_request.closed', () => undefined);
    const middleware = await createNodeMiddleware(app, { probot });
    const server = createServer((req, res) => void middleware(req, res)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  const store = kind === 'durable' ? await durableStore(log) : noStore;
  registerHandlers(probot, { store, owners: { isAllowed: () => 'yes' }, log });
  const server = await startServer({
    settings: { host: '127.0.0.1', port: 0, webhookSecret },
    webhooks: probotWebhooks(probot),
    web: (_req, res) => res.end(),
    log,
    metrics: createMetrics(),
  });
  return server.port;
}

async function start(kind: string): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(import.meta.filename, [kind]);
  const [port] = await once(child, 'message');
  return { child, port: Number(port) };
}

const body = Buffer.from(JSON.stringify(mergedPayload({ body: 'The answer is kept for a minute. '.repeat(220) })));
const headers = { ...signDelivery(body), 'content-length': body.length };

function deliver(port: number, agent: Agent): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path: '/api/github/webhooks', method: 'POST', headers, agent });
    asked.once('error', reject).once('response', (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - start);
        else reject(new Error(`expected 200, got ${response.statusCode}`));
      });
    });
    asked.end(body);
  });
}

/** Milliseconds of each delivery, `width` of them under way at once. */
async function deliverMany(port: number, count: number, width: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: width });
  const times: number[] = [];
  let left = count;
  const lane = async () => {
    while (left-- > 0) times.push(await deliver(port, agent));
  };
  await Promise.all(Array.from({ length: width }, lane));
  agent.destroy();
  return times;
}

const at = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;

async function measure(port: number, share: number): Promise<Figures> {
  const many = deliveries * share;
  const begin = performance.now();
  await deliverMany(port, many, connections);
  const perSecond = many / ((performance.now() - begin) / 1000);
  const times = await deliverMany(port, oneByOne * share, 1);
  return { perSecond, p50: at(times, 0.5), p99: at(times, 0.99) };
}

/** @param share of the usual number of deliveries */
async function compare(kind: 'ours' | 'durable', title: string, share: number): Promise<void> {
  const plain = await start('plain');
  const ours = await start(kind);
  const results: { plain: Figures; ours: Figures }[] = [];
  try {
    for (const { port } of [plain, ours]) await deliverMany(port, warmUp * share, connections);
    for (let round = 0; round < rounds; round += 1) {
      // Who goes first changes, so that a machine that grows slower favours nobody.
      if (round % 2 === 0)
        results.push({ plain: await measure(plain.port, share), ours: await measure(ours.port, share) });
      else {
        const first = await measure(ours.port, share);
        results.push({ ours: first, plain: await measure(plain.port, share) });
      }
    }
  } finally {
    plain.child.kill();
    ours.child.kill();
  }
  const line = (name: string, key: keyof Figures, digits: number) => {
    const plainly = at(
      results.map((result) => result.plain[key]),
      0.5,
    );
    const our = at(
      results.map((result) => result.ours[key]),
      0.5,
    );
    const ratio = at(
      results.map((result) => result.ours[key] / result.plain[key]),
      0.5,
    );
    return `${name.padEnd(40)}${our.toFixed(digits).padStart(10)}${plainly.toFixed(digits).padStart(14)}${ratio.toFixed(2).padStart(8)}\n`;
  };
  process.stdout.write(
    `${`${title}, ${rounds} rounds`.padEnd(43)}slipway  plain Probot   ratio\n${line('deliveries a second (16 at once)', 'perSecond', 0)}${line('p50, one at a time (ms)', 'p50', 3)}${line('p99, one at a time (ms)', 'p99', 3)}`,
  );
}

const [kind] = process.argv.slice(2);
if (kind === undefined) {
  await compare('ours', `webhook to 200, ${body.length} bytes`, 1);
  await compare('durable', 'the same with the durable row', 0.1);
} else process.send?.(await serve(kind));
