import { SlipwayError } from '../errors.ts';
import type { Entry, Found } from './entry.ts';
import { forPeople } from './for-people.ts';
import type { SourceLimits } from './source.ts';

/** What stands at which path, and nothing more: 200,000 entries must fit into memory. */
export type ArchiveIndex = {
  /** @throws {SlipwayError} `source-hostile`, `source-too-large` */
  add(entry: Entry): void;
  get(path: string): Found | undefined;
  readonly links: readonly string[];
  /** Whether anything stands below a folder. */
  isEmpty(folder: string): boolean;
};

const folder: Found = { kind: 'folder', target: '' };
const file: Found = { kind: 'file', target: '' };

export function archiveIndex(limits: SourceLimits): ArchiveIndex {
  const found = new Map<string, Found>();
  const links: string[] = [];

  /** Every folder above an entry is a folder: an entry below a link would be written where the link leads. */
  function addAbove(path: string): void {
    for (let slash = path.lastIndexOf('/'); slash !== -1; slash = path.lastIndexOf('/', slash - 1)) {
      const above = path.slice(0, slash);
      const known = found.get(above);
      if (known?.kind === 'folder') return;
      if (known !== undefined) throw hostile(path, `below ${forPeople(above)}, which is a ${known.kind}`);
      found.set(above, folder);
    }
  }

  return {
    links,
    get: (path) => (path === '' ? folder : found.get(path)),
    isEmpty(path) {
      for (const known of found.keys()) if (known.startsWith(`${path}/`)) return false;
      return true;
    },
    add({ path, kind, target }) {
      addAbove(path);
      const known = found.get(path);
      if (known !== undefined && !(known.kind === 'folder' && kind === 'folder')) throw hostile(path, 'twice');
      if (kind === 'link') links.push(path);
      found.set(path, kind === 'link' ? { kind, target } : kind === 'file' ? file : folder);
      if (found.size > limits.entries) {
        throw new SlipwayError(
          'source-too-large',
          `Expected at most ${limits.entries} files, folders and links in the repository, found more.`,
          { help: 'Take generated files and dependencies out of the repository.' },
        );
      }
    },
  };
}

function hostile(path: string, where: string): SlipwayError {
  return new SlipwayError('source-hostile', `The archive holds ${forPeople(path)} ${where}.`, {
    help: 'Nothing of it is used. Take the entry out of the repository.',
  });
}
