import type { Build } from '../../src/build-terms.ts';
import { sampleArtifact, sampleOutcome, sampleStep } from './sample-merge.ts';
import { openPages } from './web-pages.ts';

const steps = [
  sampleStep({ id: 'a', name: '[1/3] FROM node:24', cached: true }),
  sampleStep({ id: 'b', name: '[2/3] RUN npm ci' }),
  sampleStep({ id: 'c', name: '[3/3] RUN npm test', error: 'exit code 1' }),
];

export const failedBuild = (given: Partial<Build> = {}): Partial<Build> => ({
  outcome: sampleOutcome({
    verdict: 'failed',
    fault: 'yours',
    reason: 'The step `RUN npm test` ended with exit code 1.',
    help: 'Mend the step, and merge again.',
    notes: ['A submodule was left out.'],
    steps,
  }),
  ...given,
});

export const numbered = (count: number, words: string) =>
  Array.from({ length: count }, (_, index) => `${words} ${index + 1}\n`).join('');

/** Every kind of page, with something on it. */
export async function everyPage(t: { after(fn: () => void): void }) {
  const pages = await openPages(t);
  const good = pages.add().build;
  pages.add({ artifact: sampleArtifact({ version: '1.5.0' }) });
  const bad = pages.add(failedBuild()).build;
  const waiting = pages.add({ state: 'queued' }).build;
  const running = pages.add({ state: 'running', phase: 'build' }).build;
  for (const one of [waiting, running]) {
    const { outcome: _outcome, endedAt: _ended, ...rest } = one;
    const { startedAt, ...before } = rest;
    pages.store.builds.set(one.id, one.state === 'queued' ? { ...before, timings: {} } : rest);
  }
  pages.store.steps.set(running.id, [sampleStep({ id: 'b', name: '[2/3] RUN npm ci' })]);
  for (const { id } of [good, bad, running]) {
    pages.print(id, { stepId: 'a', text: 'from cache\n' });
    pages.print(id, {
      stepId: 'b',
      text: '\u001b[32mgreen\u001b[0m \u001b[1;31mbold red\u001b[0m \u001b[44;37mon blue\u001b[0m https://example.org/x\n',
    });
    pages.print(id, { stepId: 'c', text: numbered(40, 'a line of the test') });
  }
  const paths = {
    overview: '/',
    builds: '/builds',
    'no builds': '/builds?service=none',
    'a published build': `/builds/${good.id}`,
    'a failed build': `/builds/${bad.id}`,
    'a running build': `/builds/${running.id}`,
    'a queued build': `/builds/${waiting.id}`,
    'a service': '/services/acme/orders/orders',
    nothing: '/builds/nothing',
  };
  return { pages, paths };
}
