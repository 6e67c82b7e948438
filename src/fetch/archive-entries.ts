import { SlipwayError } from '../errors.ts';
import type { Entry } from './entry.ts';
import { forPeople } from './for-people.ts';
import { readTar } from './read-tar.ts';
import type { TarHeader } from './tar-header.ts';

export type ArchiveHandler = {
  /** Whether the entry's bytes are wanted. */
  entry(entry: Entry): boolean;
  data(chunk: Buffer): void;
  /** The commit that git wrote into the archive. */
  commit?(id: string): void;
};

const kinds: Readonly<Record<string, Entry['kind']>> = { '0': 'file', '7': 'file', '2': 'link', '5': 'folder' };
const otherKinds: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a named pipe',
};

/** Stands for what is no UTF-8. Git keeps names as bytes; an engine takes UTF-8 only. */
const undecodable = '\uFFFD';

/**
 * Reads an unpacked GitHub archive, without its one top folder, as entries.
 *
 * `push` and `end` throw `SlipwayError`: `source-truncated`, and `source-hostile` for what no git archive holds.
 *
 * @param leadsOut which links leave the tree, where that is known
 */
export function archiveEntries(
  handler: ArchiveHandler,
  leadsOut: ReadonlySet<string> = new Set(),
): { push(chunk: Buffer): void; end(): void } {
  let top: string | undefined;

  function pathOf(name: string): string {
    const parts = name.split('/');
    if (parts[0] === '' || parts.includes('..') || name.includes('\0')) {
      throw hostile(`a name that leads out of it: ${forPeople(name)}`);
    }
    if (name.includes(undecodable)) throw hostile(`a name that is not UTF-8: ${forPeople(name)}`);
    const plain = parts.filter((part) => part !== '' && part !== '.');
    top ??= plain[0];
    if (plain[0] !== top) throw hostile(`${forPeople(name)} beside its one top folder`);
    return plain.slice(1).join('/');
  }

  function take(header: TarHeader): boolean {
    const path = pathOf(header.name);
    const kind = header.type === '0' && header.name.endsWith('/') ? 'folder' : kinds[header.type];
    if (kind === undefined) {
      throw hostile(`${otherKinds[header.type] ?? 'an entry of an unknown kind'}: ${forPeople(path)}`);
    }
    if (path === '') {
      if (kind !== 'folder' || header.size > 0) throw hostile('no top folder');
      return false;
    }
    const isFile = kind === 'file';
    if (!isFile && header.size > 0) throw hostile(`a ${kind} with content: ${forPeople(path)}`);
    if (kind === 'link' && (header.target === '' || header.target.includes('\0'))) {
      throw hostile(`a link to nowhere: ${forPeople(path)}`);
    }
    if (header.target.includes(undecodable)) throw hostile(`a link’s target that is not UTF-8: ${forPeople(path)}`);
    return handler.entry({
      path,
      kind,
      executable: isFile && (header.mode & 0o100) !== 0,
      size: isFile ? header.size : 0,
      mtime: Number.isSafeInteger(header.mtime) ? header.mtime : 0,
      target: kind === 'link' ? header.target : '',
      leadsOut: kind === 'link' && leadsOut.has(path),
    });
  }

  return readTar({
    entry: take,
    data: (chunk) => handler.data(chunk),
    global(records) {
      const id = records.get('comment');
      if (id !== undefined && /^[0-9a-f]{40,64}$/.test(id)) handler.commit?.(id);
    },
  });
}

function hostile(found: string): SlipwayError {
  return new SlipwayError('source-hostile', `The archive holds ${found}.`, {
    help: 'Nothing of it is used. Take the entry out of the repository.',
  });
}
