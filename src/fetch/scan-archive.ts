import { posix } from 'node:path';
import { SlipwayError } from '../errors.ts';
import { archiveEntries } from './archive-entries.ts';
import { type ArchiveIndex, archiveIndex } from './archive-index.ts';
import type { Entry } from './entry.ts';
import { isLfsPointer, lfsPointerLimit } from './is-lfs-pointer.ts';
import { archiveNotes } from './notes.ts';
import { resolvePath } from './resolve-path.ts';
import type { SourceLimits } from './source.ts';

/** An entry, and its content if it is a file. */
type HeldFile = { readonly entry: Entry; readonly content: Buffer };

/** What one pass over an archive learns. */
export type ScannedArchive = {
  readonly commit: string | undefined;
  readonly index: ArchiveIndex;
  /** Links that leave the tree. */
  readonly leadsOut: ReadonlySet<string>;
  /** Bytes of the small files that a build is likely to ask for. */
  readonly kept: ReadonlyMap<string, Buffer>;
  /** All entries in the archive's order, where they are little: then nobody has to unpack it again. */
  readonly held: readonly HeldFile[] | undefined;
  readonly notes: readonly string[];
};

const keptLimit = 2 ** 20;
const keptTotalLimit = 4 * 2 ** 20;
/** Bytes, where the limits say nothing else. */
const usuallyHeld = 2 ** 20;
const mostHeldEntries = 1000;
const nothing = Buffer.alloc(0);

function isInteresting(path: string): boolean {
  const name = posix.basename(path);
  return (
    name === 'package.json' ||
    name === '.gitattributes' ||
    name.endsWith('.dockerignore') ||
    name.startsWith('Dockerfile') ||
    name.endsWith('.Dockerfile') ||
    path === '.gitmodules' ||
    path === '.github/slipway.yml'
  );
}

/**
 * Scans an unpacked archive as it arrives.
 *
 * Throws `SlipwayError`: `source-hostile`, `source-too-large` (as soon as it is), `source-truncated`.
 */
export function scanArchive(limits: SourceLimits): { push(chunk: Buffer): void; end(): Promise<ScannedArchive> } {
  const { held: heldLimit = usuallyHeld } = limits;
  const index = archiveIndex(limits);
  const kept = new Map<string, Buffer>();
  const lfsPointers: string[] = [];
  let commit: string | undefined;
  let bytes = 0;
  let keptBytes = 0;
  let held: HeldFile[] | undefined = [];
  let heldBytes = 0;
  let open: { readonly entry: Entry; readonly chunks: Buffer[]; left: number } | undefined;

  const isKept = ({ path, size }: Entry): boolean =>
    size <= keptLimit && keptBytes + size <= keptTotalLimit && isInteresting(path);

  function finish(entry: Entry, content: Buffer): void {
    held?.push({ entry, content });
    if (entry.kind !== 'file') return;
    if (content.length <= lfsPointerLimit && isLfsPointer(content)) lfsPointers.push(entry.path);
    if (!isKept(entry)) return;
    kept.set(entry.path, content);
    keptBytes += content.length;
  }

  const entries = archiveEntries({
    commit(id) {
      commit = id;
    },
    entry(entry) {
      index.add(entry);
      const { kind, size } = entry;
      heldBytes += size;
      if (heldBytes > heldLimit || held?.length === mostHeldEntries) held = undefined;
      open = undefined;
      if (size === 0) finish(entry, nothing);
      else if (kind === 'file' && (held || size <= lfsPointerLimit || isKept(entry))) {
        open = { entry, chunks: [], left: size };
      }
      return open !== undefined;
    },
    data(chunk) {
      if (open === undefined) return;
      // A copy: a part would keep the whole chunk of the archive in memory.
      open.chunks.push(Buffer.from(chunk));
      open.left -= chunk.length;
      if (open.left === 0) finish(open.entry, Buffer.concat(open.chunks));
    },
  });

  return {
    push(chunk) {
      bytes += chunk.length;
      if (bytes > limits.bytes) {
        throw new SlipwayError(
          'source-too-large',
          `Expected a repository of at most ${limits.bytes} bytes unpacked, found more.`,
          { help: 'Take large files out of the repository, or raise SOURCE_LIMIT of the server.' },
        );
      }
      entries.push(chunk);
    },
    async end() {
      entries.end();
      const look = async (path: string) => index.get(path);
      const leadsOut = new Set<string>();
      for (const link of index.links) {
        const { kind } = await resolvePath(look, link, { followLast: true });
        if (kind === 'outside') leadsOut.add(link);
      }
      return { commit, index, leadsOut, kept, held, notes: archiveNotes({ index, kept, lfsPointers }) };
    },
  };
}
