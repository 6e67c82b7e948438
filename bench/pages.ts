/**
 * The badge and the page of a build in requests per second, against a bare node:http server that answers the same bytes,
 * both in processes of their own, rounds in turn, medians; and the memory of 200 open live logs. On PostgreSQL, as
 * whoever has many readers runs it. Run it alone: `npm run bench -- pages`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startGitHub } from '../test/github/start-github.ts';
import { settledPull } from '../test/support/orders.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { until } from '../test/support/until.ts';
import { median } from './measure.ts';
import { residentBytes } from './resident-bytes.ts';
import { startServer } from './start-server.ts';

const rounds = 7;
const connections = 16;
const requests = { badge: 4000, page: 1500 };
const readers = 200;

/** What the bare server answers, given as a message. */
type Same = { readonly body: string; readonly headers: Readonly<Record<string, string>> };

async function serveSame(): Promise<void> {
  const [same] = (await once(process, 'message')) as [Same];
  const server = createServer((_request, response) => response.writeHead(200, same.headers).end(same.body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send?.((server.address() as AddressInfo).port);
}

async function startBare(url: string): Promise<{ child: ChildProcess; url: string }> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const headers = Object.fromEntries(
    [...answer.headers].filter(
      ([name]) => !/^(date|connection|keep-alive|transfer-encoding|content-length)$/.test(name),
    ),
  );
  const child = fork(import.meta.filename, ['same']);
  child.send({ body: await answer.text(), headers } satisfies Same);
  const [port] = await once(child, 'message');
  return { child, url: `http://127.0.0.1:${port}/` };
}

/** Requests per second, over so many connections that stay open. */
async function rate(url: string, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      get(url, { agent }, (response) => response.resume().once('end', resolve).once('error', reject)).once(
        'error',
        reject,
      );
    });
  let left = count;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left > 0) {
        left -= 1;
        await ask();
      }
    }),
  );
  agent.destroy();
  return count / ((performance.now() - began) / 1000);
}

async function compareRates(title: string, url: string, count: number): Promise<void> {
  const bare = await startBare(url);
  try {
    const figures = { ours: [] as number[], bare: [] as number[] };
    for (const one of [url, bare.url]) await rate(one, count);
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const);
      for (const side of order) figures[side].push(await rate(side === 'ours' ? url : bare.url, count));
    }
    const [ours, theirs] = [median(figures.ours), median(figures.bare)];
    const spread = (all: readonly number[]) => `${Math.round(Math.min(...all))} to ${Math.round(Math.max(...all))}`;
    console.log(
      `${title}: slipway ${Math.round(ours)} requests/s (${spread(figures.ours)}), bare node:http ${Math.round(theirs)} (${spread(figures.bare)}), ratio ${(ours / theirs).toFixed(2)} (median of ${rounds})`,
    );
  } finally {
    bare.child.kill();
  }
}

export async function benchPages(baseImage: string): Promise<void> {
  const postgres = await startPostgres();
  const github = await startGitHub({ basePath: '/api/v3' });
  const server = await startServer(github, { DATABASE_URL: await postgres.database() });
  try {
    const merge = async (name: string, run: string) => {
      const files = {
        'package.json': JSON.stringify({ service_name: name }),
        Dockerfile: `FROM ${baseImage}\nRUN ${run}\n`,
      };
      const repository = await github.createRepository({ owner: 'acme', name, files });
      const pull = await repository.openPullRequest({ title: 'x', files: { a: '1' }, labels: ['1.0.0'] });
      await repository.merge(pull.number);
      return { repository, number: pull.number };
    };
    const idOf = ({ repository }: Awaited<ReturnType<typeof merge>>) =>
      until(
        'the build is there',
        () =>
          repository
            .checkRuns()
            .at(-1)
            ?.details_url?.match(/builds\/([\w-]+)/)?.[1],
      );

    const name = `pages-${process.pid}`;
    const done = await merge(name, 'for i in $(seq 1 200); do echo "line $i of the build"; done');
    await settledPull(done.repository, done.number);
    await compareRates('badge', `${server.url}/badge/acme/${name}/${name}.svg`, requests.badge);
    await compareRates('build page, 200 lines of log', `${server.url}/builds/${await idOf(done)}`, requests.page);

    const live = await merge(
      `live-${process.pid}`,
      'i=0; while [ $i -lt 600 ]; do echo "line $i"; i=$((i+1)); sleep 0.1; done',
    );
    const id = await idOf(live);
    await pause(5000);
    const before = await residentBytes(server.child);
    const agent = new Agent({ maxSockets: readers });
    let bytes = 0;
    const open = await Promise.all(
      Array.from({ length: readers }, async () => {
        const [response] = (await once(get(`${server.url}/builds/${id}/live`, { agent }), 'response')) as [
          IncomingMessage,
        ];
        return response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
      }),
    );
    let most = before;
    for (let look = 0; look < 100; look += 1) {
      most = Math.max(most, await residentBytes(server.child));
      await pause(100);
    }
    for (const response of open) response.destroy();
    const shown = (count: number) => `${(count / 2 ** 20).toFixed(0)} MiB`;
    console.log(
      `memory of ${readers} open live logs, over 10 s: before ${shown(before)}, most ${shown(most)}, above ${shown(most - before)}, ${((most - before) / readers / 1024).toFixed(0)} KiB each; ${shown(bytes)} sent`,
    );
  } finally {
    await server.stop();
    await github.stop();
    await postgres.stop();
  }
}

if (process.argv[2] === 'same') await serveSame();
