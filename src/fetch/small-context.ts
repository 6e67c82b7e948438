import type { ContextEntry, HeldContext, HeldEntry } from '../context-entry.ts';
import type { Tree } from './entry.ts';
import { prepareContext } from './prepare-context.ts';
import { visitContext } from './visit-context.ts';

/** What is held for one build at most. */
const mostBytes = 2 ** 22;
const mostEntries = 2_000;

/**
 * The build context of a folder of a tree, if it is small. Undefined where it is not.
 *
 * @throws {SlipwayError} as `contextTar`
 */
export async function smallContext(
  tree: Tree,
  options: { path: string; dockerfile?: string; signal: AbortSignal },
): Promise<HeldContext | undefined> {
  const plan = await prepareContext(tree, options);
  const entries: { readonly entry: ContextEntry; readonly chunks: Buffer[] }[] = [];
  let bytes = 0;
  const isLarge = (): boolean => bytes > mostBytes || entries.length > mostEntries;
  const visitor = visitContext(plan, {
    begin(entry) {
      bytes += entry.size;
      if (!isLarge()) entries.push({ entry, chunks: [] });
    },
    data(chunk) {
      // A copy: a chunk is good for this step only.
      if (!isLarge()) entries.at(-1)?.chunks.push(Buffer.from(chunk));
    },
  });
  for await (const _ of tree.walk(visitor, options.signal)) if (isLarge()) return undefined;
  if (isLarge()) return undefined;
  const held = entries.map(({ entry, chunks }) => ({
    ...entry,
    content: Buffer.concat(chunks),
    key: keyOf(entry.name),
  }));
  held.sort((a, b) => Buffer.compare(a.key, b.key));
  const { matcher, kept } = plan;
  return {
    // What is sent for its own sake although the ignore file names it is not for the build to see.
    entries: withAbove(held, ({ name }) => !matcher.ignores(name)),
    definition: withAbove(held, ({ name }) => kept.has(name)),
  };
}

/** Sorts a folder's content right behind the folder. */
const keyOf = (name: string): Buffer => Buffer.from(name.replaceAll('/', '\0'));

/** The entries that are wanted, and the folders above them. */
function withAbove(entries: readonly HeldEntry[], isWanted: (entry: HeldEntry) => boolean): readonly HeldEntry[] {
  const names = new Set<string>();
  for (const entry of entries) {
    if (!isWanted(entry)) continue;
    for (
      let name = entry.name;
      name !== '' && !names.has(name);
      name = name.slice(0, Math.max(name.lastIndexOf('/'), 0))
    ) {
      names.add(name);
    }
  }
  return entries.filter(({ name }) => names.has(name));
}
