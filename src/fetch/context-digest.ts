import { createHash, type Hash } from 'node:crypto';
import type { ContextEntry } from '../context-entry.ts';
import type { Tree } from './entry.ts';
import { prepareContext } from './prepare-context.ts';
import { visitContext } from './visit-context.ts';

/** As git writes them, which tells kind and mode in one. */
const folderMode = '040000';
const linkMode = '120000';
const modeOf = ({ kind, mode }: ContextEntry): string =>
  kind === 'folder' ? folderMode : kind === 'link' ? linkMode : `100${mode.toString(8)}`;

/**
 * SHA-256 (hex) of a context: of `path NUL mode NUL digest LF` for each entry, sorted by path (UTF-16 code units). The digest
 * is the SHA-256 (hex) of a file's content or a link's target, and empty for a folder. Times do not count.
 *
 * @throws {SlipwayError} as `contextTar`
 */
export async function contextDigest(
  tree: Tree,
  options: { path: string; dockerfile?: string; signal: AbortSignal },
): Promise<string> {
  const lines: string[] = [];
  let open: { readonly entry: ContextEntry; readonly hash: Hash; left: number } | undefined;

  function finish({ name, ...entry }: ContextEntry, digest: string): void {
    lines.push(`${name}\0${modeOf({ name, ...entry })}\0${digest}\n`);
    open = undefined;
  }

  const visitor = visitContext(await prepareContext(tree, options), {
    begin(entry) {
      const hash = createHash('sha256');
      if (entry.kind === 'folder') finish(entry, '');
      else if (entry.kind === 'link' || entry.size === 0) finish(entry, hash.update(entry.target).digest('hex'));
      else open = { entry, hash, left: entry.size };
    },
    data(chunk) {
      if (open === undefined) return;
      open.hash.update(chunk);
      open.left -= chunk.length;
      if (open.left === 0) finish(open.entry, open.hash.digest('hex'));
    },
  });
  for await (const _ of tree.walk(visitor, options.signal));
  const whole = createHash('sha256');
  for (const line of lines.sort()) whole.update(line);
  return whole.digest('hex');
}
