import assert from 'node:assert/strict';
import { it } from 'node:test';
import { renderPlanCheck } from '../../../src/report/render-plan-check.ts';
import { sampleMerge } from '../../support/sample-merge.ts';

const merge = sampleMerge();
const refusal = {
  reason: 'The labels name 2 different versions: `version:1.0.0` and `v2.0.0` of @ada.',
  help: 'Leave one.',
  annotation: { path: '.github/slipway.yml', startLine: 3, endLine: 3, title: 't', message: 'm' },
};

it('a refusal before a service is known is the check of the plan', () => {
  const check = renderPlanCheck({ merge, plan: { kind: 'refused', refusal } });
  assert.equal(check.name, 'slipway / plan');
  assert.equal(check.status, 'completed');
  assert.equal(check.conclusion, 'failure');
  assert.equal(check.title, 'Refused: The labels name 2 different versions: version:1.0.0 and v2.0.0 of @ada.');
  assert.match(
    check.summary,
    /`version:1\.0\.0` and `v2\.0\.0` of @\u200bada\.\n\n\*\*What to do next:\*\* Leave one\./,
  );
  assert.deepEqual(check.annotations, [refusal.annotation]);
  assert.equal(check.detailsUrl, 'https://github.com/acme/orders/pull/12');
});

it('a plan that skips says why', () => {
  const check = renderPlanCheck({ merge, plan: { kind: 'skipped', reason: 'No version.' } });
  assert.equal(check.conclusion, 'skipped');
  assert.equal(check.title, 'Nothing to publish');
  assert.equal(check.summary, 'No version.');
});

it('a title of a check stays short', () => {
  assert.ok(
    renderPlanCheck({ merge, plan: { kind: 'refused', refusal: { reason: 'x'.repeat(1e6), help: '' } } }).title
      .length <= 200,
  );
});
