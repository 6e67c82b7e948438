import type { Build } from '../build-terms.ts';

export type Status = {
  /** What is written beside the mark: a verdict, or a state. */
  readonly word: string;
  readonly mark: string;
  /** Class that colours it. */
  readonly tone: 'good' | 'bad' | 'quiet' | 'busy';
};

const verdicts: Readonly<Record<string, Status>> = {
  published: { word: 'published', mark: '✓', tone: 'good' },
  failed: { word: 'failed', mark: '✗', tone: 'bad' },
  refused: { word: 'refused', mark: '⊘', tone: 'bad' },
  skipped: { word: 'skipped', mark: '↷', tone: 'quiet' },
  cancelled: { word: 'cancelled', mark: '■', tone: 'quiet' },
};

/** What a build is at this moment, for people. */
export function buildStatus(build: Pick<Build, 'state' | 'outcome'>): Status {
  if (build.state === 'queued') return { word: 'queued', mark: '○', tone: 'quiet' };
  if (build.state === 'running') return { word: 'running', mark: '●', tone: 'busy' };
  return verdicts[build.outcome?.verdict ?? ''] ?? { word: 'ended', mark: '■', tone: 'quiet' };
}
