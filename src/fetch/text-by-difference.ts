import { posix } from 'node:path';
import { applyPatch } from './apply-patch.ts';
import type { ChangedFile, Difference } from './compare-commits.ts';
import { gitId } from './git-id.ts';
import { pathAndFolders } from './path-and-folders.ts';
import { smallFileLimit } from './read-small-file.ts';

/** A text, without it where there is none, and what helps to know what another commit makes of it. */
export type PlacedText = {
  /** The commit that it is of. */
  readonly ref: string;
  readonly text?: string;
  /** Whether it is a file's own, or that of no file: nothing on the way to it is a link, and it is as git has it. */
  readonly isPlain?: boolean;
  /** A commit, the merge base of a comparison, that has it too, or has it before `patch`. */
  readonly mergeBase?: string;
  readonly patch?: string;
};

type Found = Pick<PlacedText, 'text'>;

/** How a path ended up with a content that git knows by its id; `changed` is another type, such as a link. */
const ofSameType = ['added', 'modified', 'renamed', 'copied'];

/**
 * The text at the end of a comparison, from one of an earlier commit. Undefined where that is not certain, and it has to be
 * read: what git's id does not prove has to be untouched, and so have the folders above.
 */
export function textByDifference(difference: Difference, path: string, known: PlacedText): Found | undefined {
  const changes = changesOf(difference, path);
  if (changes === undefined || known.isPlain !== true) return undefined;
  const [change, more] = changes;
  const before = textAtMergeBase(difference, known);
  if (change === undefined) return before?.isSure ? textOf(before.text) : undefined;
  if (more !== undefined || change.path !== path || !ofSameType.includes(change.status)) return undefined;
  if (isOf(change, known.text)) return textOf(known.text);
  if (change.status !== 'modified' || change.patch === undefined || before?.text === undefined) return undefined;
  const text = applyPatch(before.text, change.patch);
  return isOf(change, text) ? textOf(text) : undefined;
}

/**
 * The text that the merge base has, from that of the end. Undefined where that is not certain: what an archive does not
 * have may have been left out of it.
 */
export function textBeforeDifference(difference: Difference, path: string, after: PlacedText): Found | undefined {
  const changes = changesOf(difference, path);
  if (changes === undefined || after.isPlain !== true) return undefined;
  const [change, more] = changes;
  if (change === undefined) return after.text === undefined ? undefined : { text: after.text };
  return more === undefined && change.path === path && change.status === 'added' ? {} : undefined;
}

/** How a text of the end of a comparison stands to its merge base; nothing where that is not certain. */
export function placeOf(difference: Difference, path: string): Pick<PlacedText, 'mergeBase' | 'patch'> {
  const changes = changesOf(difference, path);
  const [change, more] = changes ?? [];
  const { mergeBase } = difference;
  if (changes === undefined || more !== undefined) return {};
  if (change === undefined) return { mergeBase };
  return change.status === 'modified' && change.patch !== undefined ? { mergeBase, patch: change.patch } : {};
}

/** What a comparison says of a path. Undefined where it does not say all: a change further up may be one of it too. */
function changesOf({ files, isComplete }: Difference, path: string): readonly ChangedFile[] | undefined {
  const [, ...folders] = pathAndFolders(path);
  // What is in an archive, and how, hangs on attributes as well (gitattributes(5), git-archive(1)).
  const tells = (name: string) => folders.includes(name) || posix.basename(name) === '.gitattributes';
  const names = files.flatMap(({ path: name, before }) => (before === undefined ? [name] : [name, before]));
  if (!isComplete || names.some(tells)) return undefined;
  return files.filter((file) => file.path === path || file.before === path);
}

function textAtMergeBase(
  { mergeBase }: Difference,
  { ref, text, mergeBase: other, patch }: PlacedText,
): { readonly text: string | undefined; readonly isSure: boolean } | undefined {
  if (ref === mergeBase) return { text, isSure: true };
  if (other !== mergeBase) return undefined;
  if (patch === undefined) return { text, isSure: true };
  // No id proves this one; it may be patched again, and then one does.
  return { text: text === undefined ? undefined : applyPatch(text, patch, { backwards: true }), isSure: false };
}

/**
 * Whether a file has this text. What is one line without an end may be the target of a link instead: GitHub tells no modes,
 * and git's id is the same.
 */
function isOf({ id }: ChangedFile, text: string | undefined): boolean {
  if (id === undefined || text?.includes('\n') !== true || Buffer.byteLength(text) > smallFileLimit) return false;
  return gitId(text, id) === id;
}

const textOf = (text: string | undefined): Found => (text === undefined ? {} : { text });
