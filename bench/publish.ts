/**
 * A merge's way to a pullable image, against `git clone --depth 1 && docker build && docker push` of the same repository,
 * on the same engine with the same builder, into the same registry; rounds in turn, medians.
 *
 * The clock of a merge starts when its webhook is sent and stops when the server says that the registry has the version:
 * it has read it back by then. Asking the registry again and again would take the processors from whoever is measured;
 * it is asked once, behind the clock. The archive of the stand-in for GitHub is made before the clock starts, as GitHub
 * makes it on its own machines.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Repository } from '../test/github/repository.ts';
import { startGitHub } from '../test/github/start-github.ts';
import { settledPull } from '../test/support/orders.ts';
import { compare, timed } from './measure.ts';
import { startServer } from './start-server.ts';

const run = promisify(execFile);

/** Milliseconds before each round. */
const quietMs = 500;

/** Debian's client speaks BuildKit by itself; newer ones want a plugin for it. */
const docker = existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker';

export type BenchParts = { readonly dockerHost: string; readonly registry: string; readonly baseImage: string };

export type Size = { readonly name: string; readonly files: number; readonly bytes: number; readonly rounds: number };

export const sizes = {
  small: { name: 'small service', files: 20, bytes: 2_000, rounds: 15 },
  large: { name: '200 MB in 8,000 files', files: 8000, bytes: 25_000, rounds: 3 },
} as const satisfies Record<string, Size>;

/** Half of it random, so that it packs about as well as a repository does. */
const content = (bytes: number): string =>
  randomBytes(Math.ceil(bytes / 4))
    .toString('hex')
    .padEnd(bytes, 'slipway ')
    .slice(0, bytes);

function treeOf({ files, bytes }: Size, baseImage: string, service: string): Record<string, string> {
  const tree: Record<string, string> = {
    'package.json': JSON.stringify({ service_name: service }),
    '.dockerignore': '.git\n.github\nnotes\n',
    Dockerfile: `FROM ${baseImage}\nWORKDIR /srv\nCOPY . .\nRUN ls -R /srv | wc -l > /count\nCMD ["cat", "/count"]\n`,
  };
  for (let index = 0; index < files; index += 1) tree[`src/${index % 100}/${index}.txt`] = content(bytes);
  return tree;
}

export async function benchPublish({ dockerHost, registry, baseImage }: BenchParts, size: Size): Promise<void> {
  const environment = { ...process.env, DOCKER_HOST: dockerHost, DOCKER_BUILDKIT: '1' };
  const shell = (script: string) => run('sh', ['-ec', script], { env: environment, maxBuffer: 64 * 2 ** 20 });
  const forget = () => shell(`${docker} builder prune --all --force; ${docker} image prune --force`);
  const github = await startGitHub({ basePath: '/api/v3' });
  const slipway = await startServer(github);
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-'));
  let count = 0;

  /** Merges a change without telling anybody, and has GitHub make the archive of it. */
  async function prepare(repository: Repository, file: string): Promise<number> {
    count += 1;
    const pull = await repository.openPullRequest({
      title: `Change ${count}`,
      files: { [file]: content(100) },
      labels: [`version:${count}.0.0`],
      deliver: false,
    });
    const { mergeCommit } = await repository.merge(pull.number, { deliver: false });
    await repository.makeArchive(mergeCommit);
    return pull.number;
  }

  async function publish(repository: Repository, number: number): Promise<void> {
    const published = slipway.logged('published', `${registry}/${repository.name}:${count}.0.0`);
    await github.send(repository.payload(number));
    await published;
  }

  async function byHand(repository: Repository): Promise<void> {
    const image = `${registry}/${repository.name}-by-hand:${count}.0.0`;
    await shell(`cd ${folder}; rm -rf source; git clone --quiet --depth 1 --branch develop file://${repository.gitDir} source
      ${docker} build --quiet --tag ${image} source; ${docker} push --quiet ${image}`);
  }

  try {
    const name = `bench-${process.pid}-${size.files}`;
    const repository = await github.createRepository({ owner: 'acme', name, files: treeOf(size, baseImage, name) });
    for (const kind of ['cold', 'unchanged'] as const) {
      // Changed each time, so that neither side finds its layer; or left out of the context, so that both do.
      const file = kind === 'cold' ? 'src/changed.txt' : 'notes/changed.txt';
      if (kind === 'unchanged') {
        await publish(repository, await prepare(repository, file));
        await byHand(repository);
      }
      const ready = async () => {
        const number = await prepare(repository, file);
        if (kind === 'cold') await forget();
        // Neither side pays for what the engine still clears away for the one before.
        await pause(quietMs);
        return number;
      };
      await compare(
        `${size.name}, ${kind}`,
        size.rounds,
        async () => {
          const number = await ready();
          const ms = await timed(() => publish(repository, number));
          const url = `http://${registry}/v2/${repository.name}/manifests/${count}.0.0`;
          if (!(await fetch(url, { method: 'HEAD' })).ok) throw new Error(`${url} is not there`);
          await settledPull(repository, number);
          return ms;
        },
        async () => {
          await ready();
          return await timed(() => byHand(repository));
        },
      );
    }
  } finally {
    await slipway.stop();
    await github.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
