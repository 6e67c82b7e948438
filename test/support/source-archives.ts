import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { extract, type Header, pack } from 'tar-stream';

const run = promisify(execFile);

/** What a tree holds: a file's text, `{ link }`, `{ executable }` or an empty folder. */
export type Files = Readonly<
  Record<string, string | Buffer | { link: string } | { executable: string } | { folder: true }>
>;

/** A folder of its own, gone after the test. */
export async function temporaryFolder(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-fetch-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    const isFolder = typeof content === 'object' && 'folder' in content;
    await mkdir(isFolder ? file : path.dirname(file), { recursive: true });
    if (isFolder) continue;
    if (typeof content === 'string' || Buffer.isBuffer(content)) await writeFile(file, content, { mode: 0o644 });
    else if ('link' in content) await symlink(content.link, file);
    else if ('executable' in content) await writeFile(file, content.executable, { mode: 0o755 });
  }
}

/** Files in a git repository with one commit, and its archive as GitHub makes it. */
export async function gitArchive(
  folder: string,
  files: Files,
): Promise<{ readonly archive: Buffer; readonly commit: string }> {
  await writeFiles(folder, files);
  const git = async (...args: string[]): Promise<Buffer> => {
    const { stdout } = await run('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
      cwd: folder,
      encoding: 'buffer',
      maxBuffer: 2 ** 28,
    });
    return stdout;
  };
  await git('init', '--quiet');
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--allow-empty', '--message', 'One');
  const commit = (await git('rev-parse', 'HEAD')).toString().trim();
  return { archive: await git('archive', '--format=tar.gz', '--prefix=acme-orders-abc1234/', 'HEAD'), commit };
}

/** A tar of any entries, hostile ones too; the names are used as they are. */
export async function tarOf(
  entries: readonly (Partial<Header> & { name: string; content?: string | Buffer })[],
): Promise<Buffer> {
  const stream = pack();
  for (const { content, ...header } of entries) {
    stream.entry({ mtime: new Date(1_700_000_000_000), ...header }, content ?? '');
  }
  stream.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function tarGzOf(entries: Parameters<typeof tarOf>[0]): Promise<Buffer> {
  return gzipSync(await tarOf(entries));
}

/** An entry of a tar as another implementation than ours reads it. */
export type ReadEntry = { readonly header: Header; readonly content: Buffer };

/** A tar by name; folders without their trailing slash. Nothing may be in it twice. */
export async function readTarStream(stream: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Map<string, ReadEntry>> {
  const entries = new Map<string, ReadEntry>();
  const reader = extract();
  const read = (async () => {
    for await (const entry of reader) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const name = entry.header.name.replace(/\/$/, '');
      if (entries.has(name)) throw new Error(`the tar holds ${name} twice`);
      entries.set(name, { header: entry.header, content: Buffer.concat(chunks) });
    }
  })();
  try {
    for await (const chunk of stream) {
      if (!reader.write(chunk)) await once(reader, 'drain');
    }
    reader.end(undefined);
  } catch (error) {
    reader.destroy();
    await read.catch(() => undefined);
    throw error;
  }
  await read;
  return entries;
}
