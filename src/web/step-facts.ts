import type { BuildStep } from '../build-terms.ts';
import { formatDuration } from './format-duration.ts';

export type StepFacts = { readonly mark: string; readonly tone: string; readonly words: string };

/** How a step stands: never by colour alone. */
export function stepFacts(step: BuildStep | undefined, now: Date): StepFacts {
  if (step === undefined) return { mark: '·', tone: 'quiet', words: '' };
  const { startedAt, endedAt, cached, error } = step;
  const ms = startedAt === undefined ? undefined : (endedAt ?? now).getTime() - startedAt.getTime();
  const time = ms === undefined ? '' : formatDuration(ms);
  if (error !== undefined) return { mark: '✗', tone: 'bad', words: `failed ${time}`.trim() };
  if (cached) return { mark: '↺', tone: 'quiet', words: 'cached' };
  if (endedAt !== undefined) return { mark: '✓', tone: 'good', words: time };
  return { mark: '●', tone: 'busy', words: startedAt === undefined ? 'waits' : `${time} so far` };
}
