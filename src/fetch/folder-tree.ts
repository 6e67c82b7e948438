import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../errors.ts';
import { cancelled } from './cancelled.ts';
import type { Entry, Found, Tree, Visitor } from './entry.ts';
import { folderEntries } from './folder-entries.ts';
import { forPeople } from './for-people.ts';
import { isLfsPointer } from './is-lfs-pointer.ts';
import { gitFolderNote, lfsNote } from './notes.ts';
import { readFileChunks } from './read-file-chunks.ts';
import type { SourceLimits } from './source.ts';
import { tooLarge } from './too-large.ts';
import { unreadable } from './unreadable.ts';

/** Small files are read several at a time: waiting for the disk costs more than reading. */
const smallFile = 2 ** 16;
const together = 32;

type Sized = Pick<Entry, 'path' | 'size'>;

/** A folder on disk as a tree. Each walk reads it anew and enters only what the visitor wants. */
export function folderTree(root: string, limits: SourceLimits): Tree {
  const lfsPointers = new Set<string>();
  let sendsGit = false;

  async function look(path: string): Promise<Found | undefined> {
    try {
      const stats = await lstat(join(root, path));
      if (stats.isSymbolicLink()) return { kind: 'link', target: await readlink(join(root, path)) };
      return { kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other', target: '' };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
      throw unreadable(path, error);
    }
  }

  /** Entries that are wanted, in order. */
  async function* wanted(
    folder: string,
    visitor: Visitor,
    signal: AbortSignal,
    mayBeClosed = false,
  ): AsyncGenerator<Entry> {
    for await (const entry of folderEntries(root, folder, look, mayBeClosed)) {
      if (signal.aborted) throw cancelled('reading the folder', signal.reason);
      const answer = visitor.wants(entry);
      if (answer === 'yes') yield entry;
      if (answer !== 'no' && entry.kind === 'folder') yield* wanted(entry.path, visitor, signal, answer === 'inside');
    }
  }

  const chunksOf = ({ path, size }: Sized): AsyncIterable<Buffer> => readFileChunks(join(root, path), path, size);

  async function contentOf(entry: Sized): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of chunksOf(entry)) chunks.push(chunk);
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  }

  async function sendSmall(batch: readonly Entry[], visitor: Visitor): Promise<void> {
    const contents = await Promise.all(batch.map((entry) => (entry.size === 0 ? undefined : contentOf(entry))));
    for (const [index, entry] of batch.entries()) {
      const content = contents[index];
      visitor.begin(entry);
      if (content === undefined) continue;
      visitor.data(content);
      if (isLfsPointer(content)) lfsPointers.add(entry.path);
    }
  }

  async function* walk(visitor: Visitor, signal: AbortSignal): AsyncGenerator<undefined> {
    const count = countAgainst(limits);
    let batch: Entry[] = [];
    for await (const entry of wanted('', visitor, signal)) {
      count(entry);
      sendsGit ||= entry.path === '.git';
      if (entry.size > smallFile) {
        await sendSmall(batch, visitor);
        batch = [];
        visitor.begin(entry);
        for await (const chunk of chunksOf(entry)) {
          visitor.data(chunk);
          yield;
          if (signal.aborted) throw cancelled('reading the folder', signal.reason);
        }
      } else {
        batch.push(entry);
        if (batch.length < together) continue;
        await sendSmall(batch, visitor);
        batch = [];
        yield;
      }
    }
    await sendSmall(batch, visitor);
    yield;
  }

  return {
    commit: undefined,
    get notes() {
      return [...lfsNote([...lfsPointers]), ...(sendsGit ? [gitFolderNote] : [])];
    },
    look,
    async bytes(path, limit) {
      const found = await look(path);
      if (found?.kind !== 'file') return undefined;
      const { size } = await lstat(join(root, path));
      if (size > limit) throw tooLarge(forPeople(path), limit, size);
      return await contentOf({ path, size });
    },
    walk,
  };
}

/** The limits hold for what is sent: a folder may hold dependencies that its ignore file names. */
function countAgainst(limits: SourceLimits): (entry: Entry) => void {
  let bytes = 0;
  let entries = 0;
  return ({ size }) => {
    bytes += size;
    entries += 1;
    if (bytes > limits.bytes) throw tooLarge('the build context', limits.bytes);
    if (entries > limits.entries) {
      throw new SlipwayError(
        'source-too-large',
        `Expected at most ${limits.entries} files, folders and links in the build context, found more.`,
        {
          help: 'List dependencies and generated files in `.dockerignore`.',
        },
      );
    }
  };
}
