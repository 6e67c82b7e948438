import { randomUUID } from 'node:crypto';
import type { Difference } from '../fetch/compare-commits.ts';
import { listTouchedFiles, type TouchedFilesOf } from '../fetch/list-touched-files.ts';
import { plainness } from '../fetch/plainness.ts';
import { readAlthoughLeftOut } from '../fetch/read-although-left-out.ts';
import { readFromGitHub } from '../fetch/read-from-github.ts';
import type { Source } from '../fetch/source.ts';
import { placeOf, textBeforeDifference } from '../fetch/text-by-difference.ts';
import type { GitHub } from '../github.ts';
import { configurationPath } from '../plan/configuration.ts';
import { textAsksForFiles } from '../plan/text-asks-for-files.ts';
import { titleDecides } from '../plan/title-decides.ts';
import type { KnownText } from '../store/store.ts';
import type { PullRequest } from '../terms.ts';
import { branchFile } from './branch-file.ts';
import { lastingFault } from './lasting-fault.ts';
import { orNothing } from './or-nothing.ts';
import type { Pipeline } from './pipeline.ts';
import { pullComparisons } from './pull-comparisons.ts';
import { textWithoutReading } from './text-without-reading.ts';

/** Files of a pull request's head, and of the branch that it is for. */
export type PullFiles = {
  /** Text at the head; undefined where there is none. */
  head(path: string): Promise<string | undefined>;
  /** Text of slipway.yml on the base branch as it is now. To be asked for first: by it the others are read. */
  base(path: string): Promise<string | undefined>;
  readonly touchedFiles: TouchedFilesOf;
  /** Keeps what was read, for the next commit. */
  close(): Promise<void>;
};

type Archive = Pick<Source, 'read'> & { readonly isPlain: ReturnType<typeof plainness> };

/**
 * Reads what a plan needs for as few requests as there can be, however many files that is: what is known of a head commit
 * stays known, comparisons tell what became of the texts that are known of the commit before, and all else comes from one
 * archive.
 */
export function pullFiles(
  { store, shelf, log }: Pick<Pipeline, 'store' | 'shelf' | 'log'>,
  github: GitHub,
  pull: PullRequest,
  signal: AbortSignal,
): PullFiles {
  const { repositoryId, owner, repo, headSha, baseRef, commits } = pull;
  const place = `pull:${pull.number}`;
  const merge = { id: `pull-${randomUUID()}`, owner, repo, mergeCommit: headSha };
  const comparisons = pullComparisons(log, github, pull);
  const listed = listTouchedFiles(github, pull);
  const texts = new Map<string, KnownText>();
  let source: Promise<Archive | undefined> | undefined;

  async function obtain(): Promise<Archive | undefined> {
    const files = await orNothing(
      shelf.obtain(merge, async () => github, signal),
      { log, pull, what: 'the archive' },
    );
    return files && { read: files.read, isPlain: plainness(files) };
  }

  const ask = (path: string) => readFromGitHub({ github, owner, repo, ref: headSha, path });
  const readFrom = (archive: Archive, path: string) =>
    path === configurationPath ? readAlthoughLeftOut(archive, path, ask) : archive.read(path);

  async function read(path: string): Promise<Pick<KnownText, 'text' | 'isPlain'>> {
    source ??= obtain();
    const archive = await source;
    const text = await (archive === undefined ? ask(path) : readFrom(archive, path));
    const isPlain = archive !== undefined && (await archive.isPlain(path));
    return { ...(text === undefined ? {} : { text }), isPlain };
  }

  async function readAnew(path: string): Promise<KnownText> {
    const known = await store.text(repositoryId, place, path);
    if (known?.ref === headSha) return known;
    const mayAsk = source === undefined;
    const found = known && (await textWithoutReading(comparisons, pull, path, known, mayAsk));
    const now = found === undefined ? await read(path) : { ...found, isPlain: true };
    return { ...now, ref: headSha, ...(commits === undefined ? {} : { commits }) };
  }

  async function textOf(path: string): Promise<KnownText> {
    const text = texts.get(path) ?? (await readAnew(path));
    texts.set(path, text);
    return text;
  }

  /** Undefined where the repository has something that cannot be read in its place. */
  async function readable(path: string): Promise<KnownText | undefined> {
    try {
      return await textOf(path);
    } catch (error) {
      lastingFault(error, pull);
      return undefined;
    }
  }

  /** Whether a plan by this text of slipway.yml will ask for the touched files, as far as that can be told before. */
  async function willAskForFiles(path: string, text: string | undefined): Promise<boolean> {
    if (textAsksForFiles(text, baseRef)) return true;
    const before = await store.text(repositoryId, place, path);
    return before !== undefined && before.text !== text;
  }

  return {
    head: async (path) => (await textOf(path)).text,

    async base(path) {
      const text = await branchFile({ store, log }, github, pull, path, {
        async isAtHead() {
          const now = await readable(path);
          return now === undefined || now.text !== undefined;
        },
        async compared(known) {
          const likely = known ?? (titleDecides(pull) ? await readable(path) : undefined);
          if (likely === undefined || !(await willAskForFiles(path, likely.text))) return undefined;
          const difference = await comparisons.withBase();
          const now = difference?.isUpToDate ? await readable(path) : undefined;
          return difference && now && textBeforeDifference(difference, path, now);
        },
      });
      if (await willAskForFiles(path, text)) await comparisons.withBase();
      return text;
    },

    async touchedFiles(isEnough) {
      const difference = await comparisons.withBase();
      const files = difference?.files ?? [];
      const paths = files.flatMap(({ path, before }) => (before === undefined ? [path] : [path, before]));
      return difference?.isComplete || isEnough(paths) ? { paths, isComplete: true } : await listed(isEnough);
    },

    async close() {
      try {
        // Whoever asked for the comparison was told that it failed.
        const difference = await comparisons.madeWithBase?.catch(() => undefined);
        for (const [path, text] of texts) {
          // That nothing is there GitHub says as well of a repository that it does not show us at this moment.
          if (text.text === undefined && !text.isPlain) continue;
          await store.keepText(repositoryId, place, path, difference ? placed(text, difference, path) : text);
        }
      } finally {
        if (source !== undefined) await shelf.release(merge.id);
      }
    },
  };
}

/** A text with how it stands to the base branch, instead of how it stood before. */
function placed(known: KnownText, difference: Difference, path: string): KnownText {
  const { mergeBase: _, patch: __, ...text } = known;
  return { ...text, ...placeOf(difference, path) };
}
