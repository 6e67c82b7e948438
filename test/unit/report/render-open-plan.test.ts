import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OpenPlan } from '../../../src/report/open-plan.ts';
import { renderOpenPlan } from '../../../src/report/render-open-plan.ts';
import { sampleArtifact, sampleService } from '../../support/sample-merge.ts';

const pull = { number: 7, repositoryUrl: 'https://github.com/acme/orders' };
const registry = 'registry.lan:5000';
const artifact = sampleArtifact();
const good: OpenPlan = {
  pull,
  plan: { kind: 'publish', artifacts: [artifact] },
  artifacts: [{ artifact, notes: [], aliases: { moves: [], stays: [] } }],
  suggestions: [],
};
const refusal = { reason: 'The labels name 2 different versions.', help: 'Leave one.' };
const bad: OpenPlan = { ...good, plan: { kind: 'refused', refusal }, artifacts: [] };
const missing: OpenPlan = {
  ...bad,
  plan: {
    kind: 'refused',
    refusal,
    unversioned: { services: [sampleService()], isMissing: true, isNamed: false },
  },
};

test('the line of an artifact says where version and name come from', () => {
  assert.match(
    renderOpenPlan([good], registry).summary,
    /^- Merging publishes `registry\.lan:5000\/orders:1\.4\.2` \(version from label `version:1\.4\.2`, name from package\.json "service\\_name"\)\.$/,
  );
});

test('conclusions: good, without a version, refused, skipped, taken; of several the worst', () => {
  const taken = { ...good, artifacts: good.artifacts.map((one) => ({ ...one, problem: refusal })) };
  const skipped: OpenPlan = { ...good, plan: { kind: 'skipped', reason: 'No version.' }, artifacts: [] };
  const conclusion = (...plans: OpenPlan[]) => renderOpenPlan(plans, registry).conclusion;
  assert.deepEqual(
    [good, missing, bad, skipped, taken].map((plan) => conclusion(plan)),
    ['success', 'action_required', 'failure', 'neutral', 'failure'],
  );
  assert.equal(conclusion(good, skipped, missing, bad), 'failure');
  assert.equal(conclusion(good, skipped, missing), 'action_required');
  assert.deepEqual(
    renderOpenPlan([{ ...missing, suggestions: [{ bump: 'patch', version: '1.0.0' }] }, good], registry).actions,
    [],
  );
});

test('a slipway.yml that the pull request breaks is red, and one that it mends is green', () => {
  const next: OpenPlan['next'] = { plan: { kind: 'publish', artifacts: [artifact] }, artifacts: good.artifacts };
  const broken = { plan: bad.plan, artifacts: [] };
  assert.equal(renderOpenPlan([{ ...good, next: broken }], registry).conclusion, 'failure');
  assert.equal(renderOpenPlan([{ ...bad, next }], registry).conclusion, 'success');
  // Its own file gives it no version.
  assert.equal(
    renderOpenPlan([{ ...missing, next: { plan: missing.plan, artifacts: [] } }], registry).conclusion,
    'action_required',
  );
  // What it would publish is another's.
  const taken = { ...next, artifacts: good.artifacts.map((one) => ({ ...one, problem: refusal })) };
  for (const now of [good, bad]) {
    const { conclusion, title, summary } = renderOpenPlan([{ ...now, next: taken }], registry);
    assert.deepEqual([conclusion, title], ['failure', refusal.reason]);
    assert.match(
      summary,
      /By the file that it brings:\n\n- Merging does not publish `registry\.lan:5000\/orders:1\.4\.2`/,
    );
  }
});

test('a button that GitHub would not take is left out', () => {
  const suggestions = [
    { bump: 'patch', version: '1.4.3' },
    { bump: 'major', version: '1000000.1000000.1000000' },
  ] as const;
  const { actions } = renderOpenPlan([{ ...missing, suggestions }], registry);
  assert.deepEqual(actions, [
    { label: 'Patch -> 1.4.3', identifier: 'set:1.4.3', description: 'Put the label version:1.4.3 on' },
  ]);
});

test('whatever people write stays within GitHub’s limits for a check, and mentions nobody', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      const evil = `${text} @acme/team <img> ${text}`;
      const named = sampleArtifact({ versionFrom: evil, service: sampleService({ nameFrom: evil }) });
      const content = renderOpenPlan(
        [
          {
            ...good,
            artifacts: [{ ...good.artifacts[0], artifact: named, notes: [evil], aliases: { moves: [], stays: [] } }],
          },
          { ...bad, plan: { kind: 'refused', refusal: { reason: evil, help: evil } } },
        ],
        registry,
      );
      assert.ok(content.title.length <= 255);
      assert.doesNotMatch(content.summary.replaceAll(/`[^`]*`/g, ''), /@acme|<img/);
    }),
    { numRuns: 200 },
  );
});
