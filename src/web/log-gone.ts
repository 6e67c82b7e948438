import type { Build } from '../build-terms.ts';
import { formatDuration } from './format-duration.ts';

/**
 * What stands in place of the log of a build that ended so long ago that its log is no longer kept; undefined where it
 * is. The builds themselves stay longer, those of published versions for good.
 *
 * @param keepMs milliseconds for which logs are kept
 */
export function logGone({ endedAt }: Pick<Build, 'endedAt'>, keepMs: number, now: Date): string | undefined {
  if (endedAt === undefined || endedAt.getTime() + keepMs > now.getTime()) return undefined;
  return `The log was removed: logs are kept for ${formatDuration(keepMs).replace(/ 00 h$/, '')}.`;
}
