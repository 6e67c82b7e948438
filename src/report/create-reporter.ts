import type { GitHub } from '../github.ts';
import type { Log } from '../log.ts';
import { type CheckRequest, writeCheck } from './write-check.ts';
import { type CommentRequest, writeComment } from './write-comment.ts';

/** The part of reporting that speaks to GitHub. */
export type Reporter = {
  writeCheck(request: CheckRequest): Promise<number>;
  writeComment(request: CommentRequest): Promise<number | undefined>;
};

/**
 * A reporter for one installation, for as long as its octokit's token lasts.
 *
 * @param author login of the App's bot: `slipway[bot]`
 */
export function createReporter({ github, log, author }: { github: GitHub; log: Log; author: string }): Reporter {
  return {
    writeCheck: (request) => writeCheck(github, request),
    writeComment: (request) => writeComment(github, log, author, request),
  };
}
