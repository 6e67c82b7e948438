import { type LastChange, lastChange } from '../fetch/last-change.ts';
import { readWithTag, type TaggedText } from '../fetch/read-with-tag.ts';
import type { GitHub } from '../github.ts';
import { titleDecides } from '../plan/title-decides.ts';
import type { KnownText } from '../store/store.ts';
import type { PullRequest } from '../terms.ts';
import type { Pipeline } from './pipeline.ts';

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
  { store }: Pick<Pipeline, 'store'>,
  github: GitHub,
  pull: PullRequest,
  path: string,
  hints: Hints,
): Promise<string | undefined> {
  const { repositoryId, owner, repo, baseRef: ref, number } = pull;
  const place = { owner, repo, ref, path };
  const known = await store.text(repositoryId, ref, path);
  const told = known?.etag === undefined ? await hints.compared(known) : undefined;
  const found =
    told ??
    (known === undefined
      ? await readFirst(github, place, hints, !titleDecides(pull))
      : known.text === undefined
        ? await readWhereNothingWas(github, place, known.etag)
        : await readWithTag(github, { ...place, etag: known.etag }));
  if (found === 'unchanged') return known?.text;
  await store.keepBranchText(repositoryId, ref, path, { ...found, ref }, number);
  return found.text;
}

/**
 * A file that is not there has no tag: that of its last change stands for it. Where the budget has no room for both
 * questions, the head tells which of them is likely to be enough.
 */
async function readFirst(
  github: GitHub,
  place: Place,
  hints: Hints,
  hasRoom: boolean,
): Promise<TaggedText | 'unchanged'> {
  if (!hasRoom && !(await hints.isAtHead())) return await readWhereNothingWas(github, place, undefined);
  const found = await readNow(github, place);
  // A head that has it is compared with the branch for it: that is the other question.
  if (found.text !== undefined || (await hints.isAtHead())) return found;
  const change = await lastChange(github, { ...place, etag: undefined });
  // Of a file that went away nobody knows whether it came back between the two answers.
  return change !== 'unchanged' && change.isNone ? tagOf(change) : {};
}

async function readWhereNothingWas(
  github: GitHub,
  place: Place,
  etag: string | undefined,
): Promise<TaggedText | 'unchanged'> {
  const change = await lastChange(github, { ...place, etag });
  if (change === 'unchanged') return change;
  if (change.isNone) return tagOf(change);
  const found = await readNow(github, place);
  return found.text === undefined ? tagOf(change) : found;
}

const tagOf = ({ etag }: LastChange): TaggedText => (etag === undefined ? {} : { etag });

/** Something that is no file, such as a link that leads nowhere, counts as nothing. */
async function readNow(github: GitHub, place: Place): Promise<TaggedText> {
  const answer = await readWithTag(github, { ...place, etag: undefined });
  return answer === 'unchanged' || answer.text === undefined ? {} : answer;
}
