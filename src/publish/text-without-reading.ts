import { textByDifference } from '../fetch/text-by-difference.ts';
import type { KnownText } from '../store/store.ts';
import type { PullRequest } from '../terms.ts';
import type { PullComparisons } from './pull-comparisons.ts';

/** KiB. Up to here the archive is fetched without a look whether anything changed: that saves a request where it did. */
const smallRepository = 20 * 1024;

/**
 * The text at a pull request's head, from that of an earlier one, where it can be known without reading it: by the
 * comparison with the base branch where one is made anyway; in a large repository, whose archive is to be spared, by one with
 * the commit before, or by the tree.
 *
 * @throws {SlipwayError} when GitHub cannot be reached
 */
export async function textWithoutReading(
  comparisons: PullComparisons,
  pull: PullRequest,
  path: string,
  known: KnownText,
  mayAsk: boolean,
): Promise<Pick<KnownText, 'text'> | undefined> {
  const made = await comparisons.madeWithBase;
  const found = made && textByDifference(made, path, known);
  if (found !== undefined || !mayAsk || pull.repositorySize <= smallRepository) return found;
  const since = mayHaveGrown(pull, known) ? await comparisons.withBefore(known.ref) : undefined;
  if (since !== undefined) return textByDifference(since, path, known);
  const isUnchanged = await comparisons.withTexts();
  if (isUnchanged?.(path, known.text) !== true) return undefined;
  return known.text === undefined ? {} : { text: known.text };
}

/** A guess: a head that was moved by force mostly has no more commits than before, and the tree tells more of it. */
const mayHaveGrown = ({ commits }: PullRequest, known: KnownText): boolean =>
  known.isPlain === true && commits !== undefined && known.commits !== undefined && commits > known.commits;
