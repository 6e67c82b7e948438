import type { Build, BuildStep, Fault, Outcome, Phase, Verdict } from '../build-terms.ts';
import type { Artifact } from '../terms.ts';
import type { Conclusion } from './check-content.ts';
import { formatDuration } from './format-duration.ts';
import { formatSize } from './format-size.ts';

/** What a report can tell the time of: not its own, which ends after it is written. */
const phases: readonly Phase[] = ['plan', 'fetch', 'build', 'push'];

/** What is being done in a phase, behind "while". */
export const doing: Readonly<Record<Phase, string>> = {
  plan: 'planning',
  fetch: 'fetching the source',
  build: 'building',
  push: 'pushing',
  report: 'reporting',
};

/** Whose problem it is, as a sentence. */
export const faultSentence: Readonly<Record<Fault, string>> = {
  yours: 'The cause is in the repository: its Dockerfile, its version or its configuration.',
  ours: 'The cause is not in the repository: it is the registry, the engine, the network or a disk of Slipway.',
  timeout: 'The build took longer than it may.',
};

export function conclusionOf({ verdict, fault }: Pick<Outcome, 'verdict' | 'fault'>): Conclusion {
  const conclusions: Readonly<Record<Verdict, Conclusion>> = {
    published: 'success',
    failed: fault === 'timeout' ? 'timed_out' : 'failure',
    refused: 'failure',
    skipped: 'skipped',
    cancelled: 'cancelled',
  };
  return conclusions[verdict];
}

/** `orders:1.4.2` */
export const nameOf = ({ service, version }: Artifact): string => `${service.name}:${version}`;

/** Milliseconds of work, from the worker that took the build up to its end; undefined until both are known. */
export function millisecondsOf({ startedAt, endedAt }: Build): number | undefined {
  return startedAt && endedAt ? endedAt.getTime() - startedAt.getTime() : undefined;
}

/** `plan 1 s, fetch 2 s, build 30 s, push 6 s` */
export function phaseTimes({ timings }: Build): string {
  return phases
    .flatMap((phase) => {
      const timing = timings[phase];
      return timing?.endedAt
        ? [`${phase} ${formatDuration(timing.endedAt.getTime() - timing.startedAt.getTime())}`]
        : [];
    })
    .join(', ');
}

/** The steps that stand in the Dockerfile, without what BuildKit does around them. */
export const dockerfileSteps = ({ steps }: Pick<Outcome, 'steps'>): readonly BuildStep[] =>
  steps.filter(({ name }) => !/^(\[internal\]|copy \/context|exporting |importing |resolve )/.test(name));

/** `2 of 7 steps`; empty where nothing was built. */
export function cachedSteps(outcome: Pick<Outcome, 'steps'>): string {
  const steps = dockerfileSteps(outcome);
  const cached = steps.filter((step) => step.cached).length;
  return steps.length === 0 ? '' : `${cached} of ${steps.length} steps`;
}

/** `12.3 MiB, 1.2 MiB more than 1.4.1` */
export function sizeAndChange(size: number | undefined, previous: Build | undefined): string {
  if (size === undefined) return '';
  const before = previous?.outcome?.size;
  if (previous === undefined || before === undefined) return formatSize(size);
  const change = size - before;
  const than = previous.artifact.version;
  if (change === 0) return `${formatSize(size)}, the same as ${than}`;
  return `${formatSize(size)}, ${formatSize(Math.abs(change))} ${change > 0 ? 'more' : 'less'} than ${than}`;
}
