import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { SlipwayError } from '../errors.ts';
import type { GitHub } from '../github.ts';
import { archiveError } from './archive-error.ts';
import { archiveTree } from './archive-tree.ts';
import { createSource } from './create-source.ts';
import { requestArchive } from './request-archive.ts';
import { type ScannedArchive, scanArchive } from './scan-archive.ts';
import type { Source, SourceLimits } from './source.ts';
import { spareMemory } from './spare-memory.ts';
import { tooLarge } from './too-large.ts';
import { unpack, type Write } from './unpack.ts';

/** Bytes written at once: the connection brings them in smaller pieces. */
const pieceSize = 2 ** 18;

/**
 * The tree at a commit, from GitHub's archive (GitHub REST, "Download a repository archive (tar)"), kept in `file` and
 * scanned while it arrives. Nothing is at `file` before the whole archive is; whatever fails leaves nothing behind.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`, `source-truncated` (transient),
 *   `source-hostile`, `source-too-large`, `disk-full`, `cancelled`
 */
export async function fetchSource(options: {
  github: GitHub;
  owner: string;
  repo: string;
  commit: string;
  file: string;
  limits: SourceLimits;
  signal: AbortSignal;
}): Promise<Source> {
  const { github, owner, repo, commit, file, limits, signal } = options;
  // Without a reason of the caller's own, which octokit would take for a failure of GitHub and try again.
  const connection = new AbortController();
  const disconnect = (): void => connection.abort();
  signal.addEventListener('abort', disconnect, { once: true });
  if (signal.aborted) disconnect();
  const part = `${file}.${randomUUID()}.part`;
  try {
    const body = await requestArchive({ github, owner, repo, commit, signal: connection.signal });
    const scanned = await receive({ body, part, limits, signal, disconnect });
    if (scanned.commit !== undefined && scanned.commit !== commit) {
      throw new SlipwayError('github-refused', `Expected the archive of ${commit}, found that of ${scanned.commit}.`);
    }
    await rename(part, file);
    return createSource(archiveTree(file, scanned));
  } catch (error) {
    await rm(part, { force: true });
    throw archiveError(error, signal, `fetching ${owner}/${repo} at ${commit}`);
  } finally {
    signal.removeEventListener('abort', disconnect);
    disconnect();
  }
}

type Reception = {
  readonly body: ReadableStream<Uint8Array>;
  readonly part: string;
  readonly limits: SourceLimits;
  readonly signal: AbortSignal;
  disconnect(): void;
};

async function receive(reception: Reception): Promise<ScannedArchive> {
  const scan = scanArchive(reception.limits);
  const feed = async (write: Write, closed: AbortSignal): Promise<void> => {
    closed.addEventListener('abort', reception.disconnect, { once: true });
    await keep(reception, write);
  };
  for await (const chunk of unpack(feed, reception.signal)) scan.push(chunk);
  return await scan.end();
}

/** Writes what arrives to the file and hands it on, through one piece of memory. */
async function keep({ body, part, limits }: Reception, write: Write): Promise<void> {
  const handle = await open(part, 'wx', 0o600);
  const spare = spareMemory();
  const piece = Buffer.allocUnsafeSlow(pieceSize);
  let filled = 0;
  let total = 0;
  async function flush(): Promise<void> {
    const bytes = piece.subarray(0, filled);
    filled = 0;
    await handle.appendFile(bytes);
    await write(bytes);
  }
  try {
    for await (const chunk of body) {
      total += chunk.length;
      if (total > limits.bytes) throw tooLarge('the archive', limits.bytes);
      spare(chunk.length);
      for (let at = 0; at < chunk.length; ) {
        const end = Math.min(chunk.length, at + pieceSize - filled);
        piece.set(chunk.subarray(at, end), filled);
        filled += end - at;
        at = end;
        if (filled === pieceSize) await flush();
      }
    }
    await flush();
  } finally {
    await handle.close();
  }
}
