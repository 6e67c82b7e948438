import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '../../../src/build-terms.ts';
import { type BuildCheck, renderBuildCheck } from '../../../src/report/render-build-check.ts';
import {
  sampleArtifact,
  sampleBuild,
  sampleEndedBuild,
  sampleMerge,
  sampleService,
  sampleStep,
} from '../../support/sample-merge.ts';

const render = (given: Partial<BuildCheck>) =>
  renderBuildCheck({
    merge: sampleMerge(),
    build: sampleBuild(),
    registry: 'registry.lan:5000/team',
    links: { build: ({ id }) => `https://slipway.lan/builds/${id}` },
    ...given,
  });
const ended = (outcome: Partial<Outcome>) => render({ build: sampleEndedBuild(outcome) });

describe('the check of a build', () => {
  it('is named after its service, leads to its page, and has the buttons that make sense', () => {
    const check = render({});
    assert.equal(check.name, 'slipway / orders');
    assert.equal(check.detailsUrl, 'https://slipway.lan/builds/b7c1a2d3');
    assert.deepEqual(
      check.actions.map(({ identifier }) => identifier),
      ['cancel'],
    );
  });

  it('offers a Rebuild where there is something to build again, and nothing where it is published or being cancelled', () => {
    const identifiers = ({ actions }: { actions: readonly { identifier: string }[] }) =>
      actions.map(({ identifier }) => identifier);
    assert.deepEqual(identifiers(ended({ verdict: 'failed', fault: 'yours' })), ['rebuild', 'rebuild-no-cache']);
    assert.deepEqual(identifiers(ended({ verdict: 'cancelled' })), ['rebuild', 'rebuild-no-cache']);
    const artifact = sampleArtifact({ service: sampleService({ type: 'ami' }) });
    const machine = { ...sampleEndedBuild({ verdict: 'failed', fault: 'yours' }), artifact };
    assert.deepEqual(identifiers(render({ build: machine })), ['rebuild'], 'Packer keeps nothing');
    assert.deepEqual(identifiers(ended({ verdict: 'published' })), []);
    assert.deepEqual(identifiers(render({ build: sampleBuild({ state: 'running', cancelRequested: true }) })), []);
  });

  it('says what a build waits for', () => {
    assert.match(render({ build: sampleBuild({ state: 'queued', waitsFor: 'engine' }) }).title, /waits for the engine/);
    const retry = { state: 'queued', phase: 'push', retryAt: new Date('2026-03-02T10:05:00Z') } as const;
    const check = render({ build: sampleBuild({ ...retry, tries: { push: { failures: 2, crashes: 0 } } }) });
    assert.match(check.title, /pushing is tried again/);
    assert.match(check.summary, /Try 2 of pushing has failed; the next one is at 10:05:00 UTC/);
  });

  it('tells a waiting build its place', () => {
    assert.equal(render({}).status, 'queued');
    assert.equal(render({}).title, 'orders:1.4.2 waits');
    assert.equal(render({ place: 1 }).title, 'orders:1.4.2 waits, next in the queue');
    assert.equal(render({ place: 3 }).title, 'orders:1.4.2 waits, place 3 in the queue');
    assert.equal(render({}).conclusion, undefined);
  });

  it('tells the phase of a running build', () => {
    const check = render({ build: sampleBuild({ state: 'running', phase: 'fetch', startedAt: new Date(5) }) });
    assert.equal(check.status, 'in_progress');
    assert.equal(check.title, 'orders:1.4.2: fetching the source');
    assert.deepEqual(check.startedAt, new Date(5));
    assert.equal(check.conclusion, undefined);
    assert.equal(render({ build: sampleBuild({ state: 'running' }) }).title, 'orders:1.4.2: starting');
  });

  it('tells the step that runs, and the last lines of the log', () => {
    const steps = [
      sampleStep({ id: 'a', name: '[1/3] FROM x' }),
      { id: 'b', name: '[2/3] RUN make', startedAt: new Date(), cached: false },
      { id: 'c', name: '[3/3] COPY . .', cached: false },
    ];
    const build = sampleBuild({ state: 'running', phase: 'build' });
    const check = render({ build, progress: { steps, tail: ['one', 'two'] } });
    assert.equal(check.title, 'orders:1.4.2: building, step 2 of 3');
    assert.match(check.summary, /^Step 2 of 3: `\[2\/3\] RUN make`/);
    assert.equal(check.text, '```text\none\ntwo\n```');
    const pushing = render({ build: sampleBuild({ state: 'running', phase: 'push' }), progress: { steps, tail: [] } });
    assert.equal(pushing.title, 'orders:1.4.2: pushing');
    assert.equal(render({ build, progress: { steps: [], tail: [] } }).title, 'orders:1.4.2: building');
  });

  it('tells what was published: how to pull it, its size, time, cache and origin', () => {
    const previous = sampleEndedBuild({ size: 12_000_000 }, { artifact: sampleArtifact({ version: '1.4.1' }) });
    const check = render({ build: sampleEndedBuild(), previous });
    assert.equal(check.status, 'completed');
    assert.equal(check.conclusion, 'success');
    assert.equal(check.title, 'orders:1.4.2 published in 38 s');
    assert.match(check.summary, /^docker pull registry\.lan:5000\/team\/orders:1\.4\.2$/m);
    assert.match(check.summary, /^docker pull registry\.lan:5000\/team\/orders@sha256:[0-9a-f]{64}$/m);
    assert.match(check.summary, /\| Size \| 12\.3 MiB, 878\.9 KiB more than 1\.4\.1 \|/);
    assert.match(check.summary, /\| Time \| plan 1 s, fetch 2 s, build 30 s, push 6 s \|/);
    assert.match(check.summary, /\| From the cache \| 1 of 2 steps \|/);
    assert.match(check.summary, /\| Version \| from label `version:1\.4\.2` \|/);
    assert.match(check.summary, /\[Log and steps\]\(https:\/\/slipway\.lan\/builds\/b7c1a2d3\)/);
    assert.match(
      check.text ?? '',
      /\| `\[1\/3\] FROM docker\.io\/library\/node:24` \| from the cache \|\n\| `\[2\/3\] RUN npm ci` \| 26 s \|/,
    );
    assert.deepEqual(check.startedAt, new Date('2026-03-02T10:00:02Z'));
    assert.deepEqual(check.completedAt, new Date('2026-03-02T10:00:40Z'));
    assert.deepEqual(check.annotations, []);
  });

  it('names what the build did not see', () => {
    const { summary } = ended({
      notes: ['The submodule `lib` is empty.', ...Array.from({ length: 30 }, (_, i) => `n${i}`)],
    });
    assert.match(summary, /^- The submodule `lib` is empty\.$/m);
    assert.match(summary, /^- and 11 more$/m);
  });

  it('points a failure at the line of the Dockerfile, and tells the last lines, the fault and what to do', () => {
    const annotation = {
      path: 'a/Dockerfile',
      startLine: 7,
      endLine: 9,
      title: 'RUN\u0000 failed',
      message: 'code\u202e 1\nline',
    };
    const check = ended({
      verdict: 'failed',
      fault: 'yours',
      phase: 'build',
      reason: '`RUN npm ci` ended with exit code 1.',
      help: 'Correct the step, then merge again.',
      annotation,
      tail: ['npm error', '```', '# not a heading @ada'],
      steps: [sampleStep({ error: 'exit code: 1' })],
    });
    assert.equal(check.conclusion, 'failure');
    assert.equal(check.title, 'orders:1.4.2 failed while building after 38 s');
    assert.match(check.summary, /^`RUN npm ci` ended with exit code 1\.$/m);
    assert.match(check.summary, /The cause is in the repository/);
    assert.match(check.summary, /\*\*What to do next:\*\* Correct the step, then merge again\./);
    assert.match(
      check.text ?? '',
      /last lines \(`a\/Dockerfile:7`\):\n\n````text\nnpm error\n```\n# not a heading @ada\n````/,
    );
    assert.match(check.text ?? '', /\| `\[2\/3\] RUN npm ci` \| failed \|/);
    assert.deepEqual(check.annotations, [{ ...annotation, title: 'RUN failed', message: 'code 1\nline' }]);
  });

  it('tells a failure of ours as ours', () => {
    const check = ended({ verdict: 'failed', fault: 'ours', phase: 'push', reason: 'The registry is down.' });
    assert.equal(check.title, 'orders:1.4.2 failed while pushing after 38 s');
    assert.match(check.summary, /The cause is not in the repository/);
  });

  it('tells a build that took too long', () => {
    const check = ended({ verdict: 'failed', fault: 'timeout', reason: 'Over 30 min.' });
    assert.equal(check.conclusion, 'timed_out');
    assert.equal(check.title, 'orders:1.4.2 timed out after 38 s');
  });

  it('tells the reason of a refusal in its title', () => {
    const check = ended({
      verdict: 'refused',
      fault: 'yours',
      reason: 'Version `1.4.2` was published by #11.',
      help: '`1.4.3` is free.',
    });
    assert.equal(check.conclusion, 'failure');
    assert.equal(check.title, 'orders:1.4.2 refused: Version 1.4.2 was published by #11.');
    assert.match(check.summary, /`1\.4\.3` is free/);
    assert.ok(ended({ verdict: 'refused', reason: 'x'.repeat(1e6) }).title.length <= 200);
  });

  it('tells skipped and cancelled builds', () => {
    assert.equal(ended({ verdict: 'skipped', reason: 'r' }).conclusion, 'skipped');
    const cancelled = ended({ verdict: 'cancelled', reason: 'Cancelled by `ada`.' });
    assert.equal(cancelled.conclusion, 'cancelled');
    assert.equal(cancelled.title, 'orders:1.4.2 cancelled');
  });
});
