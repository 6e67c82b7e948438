import { type LastChange, lastChange } from '../fetch/last-change.ts';
import { readWithTag, type TaggedText } from '../fetch/read-with-tag.ts';
import type { GitHub } from '../github.ts';
import { titleDecides } from '../plan/title-decides.ts';
import type { KnownText } from '../store/store.ts';
import type { PullRequest } from '../terms.ts';
import { orNothing } from './or-nothing.ts';
import type { Pipeline } from './pipeline.ts';

/** What GitHub is asked about the file. */
type Questions = {
  now(): Promise<TaggedText | 'no file'>;
  /** Undefined where GitHub does not tell. */
  change(etag: string | undefined): Promise<LastChange | 'unchanged' | undefined>;
};

type Place = { readonly owner: string; readonly repo: string; readonly ref: string; readonly path: string };

/** What else may tell of the file, without a request of its own. */
export type Hints = {
  /** Whether the pull request's head has the file, or something in its place. */
  isAtHead(): Promise<boolean>;
  /** The branch's text by a comparison that is made anyway; undefined where there is none, or it does not tell. */
  compared(known: KnownText | undefined): Promise<TaggedText | undefined>;
};

/**
 * Text of a file on the base branch of a pull request as it is now; undefined where there is none. What is as it was
 * costs nothing of the rate limit. Where it is not, the plans of the branch's other pull requests are made again.
 *
 * @throws {SlipwayError} when GitHub or the store cannot be reached; `source-too-large` above 1 MiB
 */
export async function branchFile(
  { store, log }: Pick<Pipeline, 'store' | 'log'>,
  github: GitHub,
  pull: PullRequest,
  path: string,
  hints: Hints,
): Promise<string | undefined> {
  const { repositoryId, owner, repo, baseRef: ref, number } = pull;
  const place = { owner, repo, ref, path };
  const ask: Questions = {
    now: () => readNow(github, place),
    // It gets a tag and no more, and GitHub gives up on it where the history is long.
    change: (etag) =>
      orNothing(lastChange(github, { ...place, etag }), { log, pull, what: 'the last change', mayFail: true }),
  };
  const known = await store.text(repositoryId, ref, path);
  const told = known?.etag === undefined ? await hints.compared(known) : undefined;
  const found =
    told ??
    (known === undefined
      ? await readFirst(ask, hints, !titleDecides(pull))
      : known.text === undefined
        ? await readWhereNothingWas(ask, known.etag)
        : await readWithTag(github, { ...place, etag: known.etag }));
  if (found === 'unchanged') return known?.text;
  await store.keepBranchText(repositoryId, ref, path, { ...found, ref }, number);
  return found.text;
}

/**
 * A file that is not there has no tag: that of its last change stands for it. Where the budget has no room for both
 * questions, the head tells which of them is likely to be enough.
 */
async function readFirst(ask: Questions, hints: Hints, hasRoom: boolean): Promise<TaggedText | 'unchanged'> {
  if (!hasRoom && !(await hints.isAtHead())) return await readWhereNothingWas(ask, undefined);
  const found = await ask.now();
  if (found === 'no file') return {};
  // A head that has it is compared with the branch for it: that is the other question.
  if (found.text !== undefined || (await hints.isAtHead())) return found;
  const change = await ask.change(undefined);
  // Of a file that went away nobody knows whether it came back between the two answers.
  return change !== undefined && change !== 'unchanged' && change.isNone ? tagOf(change) : {};
}

async function readWhereNothingWas(ask: Questions, etag: string | undefined): Promise<TaggedText | 'unchanged'> {
  const change = await ask.change(etag);
  if (change === 'unchanged') return change;
  if (change?.isNone) return tagOf(change);
  const found = await ask.now();
  if (found === 'no file') return {};
  return found.text === undefined && change !== undefined ? tagOf(change) : found;
}

const tagOf = ({ etag }: LastChange): TaggedText => (etag === undefined ? {} : { etag });

/**
 * `no file`: something else is there, such as a link that leads nowhere. It counts as nothing, and no tag stands for it:
 * the link's target may come without a change of the link.
 */
async function readNow(github: GitHub, place: Place): Promise<TaggedText | 'no file'> {
  const found = await readWithTag(github, { ...place, etag: undefined });
  if (found === 'unchanged') return {};
  return found.text === undefined && found.etag !== undefined ? 'no file' : found;
}
