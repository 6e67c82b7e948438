import { archiveEntries } from './archive-entries.ts';
import { cancelled } from './cancelled.ts';
import type { Entry, Tree, Visitor } from './entry.ts';
import { forPeople } from './for-people.ts';
import type { ScannedArchive } from './scan-archive.ts';
import { tooLarge } from './too-large.ts';
import { unpackFile } from './unpack-file.ts';

/** A kept and scanned archive as a tree. Each walk is a pass over the file, but for one that is held in memory. */
export function archiveTree(file: string, scanned: ScannedArchive): Tree {
  const { commit, notes, index, leadsOut, kept, held } = scanned;

  async function* walk(visitor: Visitor, signal: AbortSignal): AsyncGenerator<undefined> {
    if (held !== undefined) {
      if (signal.aborted) throw cancelled('reading the archive', signal.reason);
      for (const { entry, content } of held) {
        // Where a link leads to is known only when everything has been seen.
        const seen = leadsOut.has(entry.path) ? { ...entry, leadsOut: true } : entry;
        if (visitor.wants(seen) !== 'yes') continue;
        visitor.begin(seen);
        if (content.length > 0) visitor.data(content);
      }
      yield;
      return;
    }
    const entries = archiveEntries(
      {
        entry(entry) {
          if (visitor.wants(entry) !== 'yes') return false;
          visitor.begin(entry);
          return entry.size > 0;
        },
        data: (chunk) => visitor.data(chunk),
      },
      leadsOut,
    );
    for await (const chunk of unpackFile(file, signal)) {
      entries.push(chunk);
      yield;
    }
    entries.end();
  }

  return {
    commit,
    notes,
    look: async (path) => index.get(path),
    async bytes(path, limit) {
      const known = kept.get(path);
      if (known !== undefined) return known;
      if (index.get(path)?.kind !== 'file') return undefined;
      return await collect(walk, path, limit);
    },
    walk,
  };
}

async function collect(walk: Tree['walk'], path: string, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let found: Entry | undefined;
  let left = 0;
  const visitor: Visitor = {
    wants: (entry) => (entry.path === path ? 'yes' : 'no'),
    begin(entry) {
      if (entry.size > limit) throw tooLarge(forPeople(path), limit, entry.size);
      found = entry;
      left = entry.size;
    },
    data(chunk) {
      chunks.push(Buffer.from(chunk));
      left -= chunk.length;
    },
  };
  for await (const _ of walk(visitor, new AbortController().signal)) {
    if (found !== undefined && left === 0) break;
  }
  return found === undefined ? undefined : Buffer.concat(chunks);
}
