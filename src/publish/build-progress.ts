import type { BuildEvent, BuildStep, Phase } from '../build-terms.ts';

const tailLines = 20;

/** What a running build looks like at this moment. Kept in memory: a restarted build tells its steps anew. */
export type BuildProgress = {
  phase: Phase | undefined;
  take(event: BuildEvent): void;
  steps(): readonly BuildStep[];
  /** The last lines of output. */
  tail(): readonly string[];
};

export function trackProgress(): BuildProgress {
  const steps = new Map<string, BuildStep>();
  let lines: string[] = [];
  return {
    phase: undefined,
    take(event) {
      if (event.kind === 'step') steps.set(event.step.id, event.step);
      else if (event.kind === 'log')
        lines = [...lines, ...event.text.replace(/\n$/, '').split('\n').slice(-tailLines)].slice(-tailLines);
    },
    steps: () => [...steps.values()],
    tail: () => lines,
  };
}
