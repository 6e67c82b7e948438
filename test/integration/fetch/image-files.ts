import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { engineHost } from '../../support/parts.ts';
import { type ReadEntry, readTarStream } from '../../support/source-archives.ts';

const run = promisify(execFile);

export type Builder = 'classic' | 'BuildKit';
export const builders: readonly Builder[] = ['classic', 'BuildKit'];

/** Copies the context to where nothing else is. */
export const copyAll = 'FROM scratch\nCOPY . /context/\n';

const environment = (builder: Builder) => ({
  ...process.env,
  DOCKER_HOST: engineHost(),
  DOCKER_BUILDKIT: builder === 'BuildKit' ? '1' : '0',
});

/** Clients since version 23 need a plugin for BuildKit; Debian's needs none. */
async function client(builder: Builder): Promise<string> {
  if (builder === 'classic') return 'docker';
  for (const name of ['docker', '/usr/bin/docker']) {
    const { stdout } = await run(name, ['--version']);
    const hasPlugin = await run(name, ['buildx', 'version']).then(
      () => true,
      () => false,
    );
    if (hasPlugin || / version (18|19|20)\./.test(stdout)) return name;
  }
  throw new Error('no docker client on this machine can use BuildKit');
}

/** What `docker build` makes of a folder: each entry of the context in one line of words. */
export async function builtByDocker(folder: string, builder: Builder, ...args: string[]): Promise<Map<string, string>> {
  const tag = `slipway-test-fetch:${randomUUID()}`;
  await run(await client(builder), ['build', '--quiet', '--no-cache', '--tag', tag, ...args, folder], {
    env: environment(builder),
  });
  return await imageFiles(tag);
}

/** What the engine makes of a context that is sent to it, as Slipway sends it. */
export async function builtByEngine(context: Readable, builder: Builder): Promise<Map<string, string>> {
  const tag = `slipway-test-fetch:${randomUUID()}`;
  await build(context, builder, `t=${tag}&nocache=1`);
  return await imageFiles(tag);
}

/** Digests of the layers of an image that is built with the engine's cache, and stays there until the test's end. */
export async function layersWithCache(
  t: Pick<TestContext, 'after'>,
  context: Readable,
  builder: Builder,
): Promise<readonly string[]> {
  const tag = `slipway-test-fetch:${randomUUID()}`;
  const env = environment('classic');
  await build(context, builder, `t=${tag}`);
  t.after(() => run('docker', ['rmi', '--force', tag], { env }));
  const { stdout } = await run('docker', ['image', 'inspect', '--format', '{{json .RootFS.Layers}}', tag], { env });
  return JSON.parse(stdout);
}

async function build(context: Readable, builder: Builder, query: string): Promise<void> {
  const version = builder === 'BuildKit' ? '2' : '1';
  const sent = request({
    ...engineAddress(),
    method: 'POST',
    path: `/build?${query}&version=${version}`,
    headers: { 'content-type': 'application/x-tar' },
  });
  const answered = new Promise<string>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => text(response).then(resolve, reject));
  });
  await pipeline(context, sent);
  const answer = await answered;
  if (answer.includes('"error"')) throw new Error(answer);
}

function engineAddress(): { socketPath: string } | { host: string; port: string } {
  const { protocol, hostname: host, port, pathname } = new URL(engineHost());
  return protocol === 'unix:' ? { socketPath: pathname } : { host, port };
}

/** Each entry below /context of an image, in one line of words. The image is removed. */
export async function imageFiles(tag: string): Promise<Map<string, string>> {
  const env = environment('classic');
  const saved = await run('docker', ['save', tag], { env, encoding: 'buffer', maxBuffer: 2 ** 28 }).catch((error) => {
    // An image without a single file.
    if (String(error).includes('empty export')) return undefined;
    throw error;
  });
  await run('docker', ['rmi', '--force', tag], { env });
  if (saved === undefined) return new Map();
  const image = await readTarStream([saved.stdout]);
  const [manifest] = JSON.parse(image.get('manifest.json')?.content.toString() ?? '[]') as { Layers: string[] }[];
  const layers = (manifest?.Layers ?? []).map((name) => image.get(name)?.content ?? Buffer.alloc(0));
  const files = new Map<string, string>();
  for (const layer of layers) {
    for (const [name, entry] of await readTarStream([layer])) {
      if (name.startsWith('context/')) files.set(name.slice('context/'.length), inWords(entry));
    }
  }
  return files;
}

/** Kind, mode, link and content; times are docker's own affair. */
export function inWords({ header, content }: ReadEntry): string {
  const mode = header.type === 'symlink' ? '' : ((header.mode ?? 0) & 0o7777).toString(8);
  return [header.type, mode, header.linkname ?? '', content.toString('latin1')].join(' ');
}
