/**
 * Memory of the server while it publishes a context of 1 GiB, above what it takes when it has nothing to do. On
 * PostgreSQL, since the embedded store's memory moves by itself by hundreds of megabytes.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startGitHub } from '../test/github/start-github.ts';
import { settledPull } from '../test/support/orders.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { residentBytes } from './resident-bytes.ts';
import { startServer } from './start-server.ts';

const mebibyte = 2 ** 20;
const contextFiles = 1024;

export async function benchMemory(baseImage: string): Promise<void> {
  const postgres = await startPostgres();
  const github = await startGitHub({ basePath: '/api/v3' });
  const server = await startServer(github, { DATABASE_URL: await postgres.database() });
  try {
    const publish = async (name: string, files: Record<string, string | Buffer>) => {
      const dockerfile = `FROM ${baseImage}\nCOPY . /srv\n`;
      const all = { 'package.json': JSON.stringify({ service_name: name }), Dockerfile: dockerfile, ...files };
      const repository = await github.createRepository({ owner: 'acme', name, files: all });
      const pull = await repository.openPullRequest({
        title: 'x',
        files: { a: '1' },
        labels: ['1.0.0'],
        deliver: false,
      });
      await repository.merge(pull.number, { deliver: false });
      let most = 0;
      const verdict = (async () => {
        await github.send(repository.payload(pull.number));
        return await settledPull(repository, pull.number);
      })();
      let settled = false;
      void verdict.finally(() => {
        settled = true;
      });
      while (!settled) {
        most = Math.max(most, await residentBytes(server.child));
        await pause(50);
      }
      const { checks } = await verdict;
      if (checks.some(({ conclusion }) => conclusion !== 'success')) throw new Error(`${name} was not published`);
      return most;
    };
    // Once around with something small, so that everything that is loaded late is there before it counts.
    await publish(`memory-small-${process.pid}`, {});
    await pause(5000);
    const idle = await residentBytes(server.child);
    const files = Object.fromEntries(
      Array.from({ length: contextFiles }, (_, index) => [`data/${index}.bin`, randomBytes(mebibyte)]),
    );
    const most = await publish(`memory-large-${process.pid}`, files);
    const shown = (bytes: number) => `${(bytes / mebibyte).toFixed(0)} MiB`;
    console.log(
      `memory for a context of 1 GiB: idle ${shown(idle)}, most ${shown(most)}, above idle ${shown(most - idle)}`,
    );
  } finally {
    await server.stop();
    await github.stop();
    await postgres.stop();
  }
}
