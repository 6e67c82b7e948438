import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cachedSteps } from '../../../src/report/words.ts';
import { sampleStep } from '../../support/sample-merge.ts';

it('what BuildKit does around the steps of the Dockerfile is not counted with them', () => {
  const around = ['[internal] load remote build context', 'copy /context /', 'exporting to image', 'importing cache'];
  const steps = [
    ...around.map((name) => sampleStep({ id: name, name, cached: true })),
    sampleStep({ id: 'a', name: '[stage-1 1/2] FROM busybox:1', cached: true }),
    sampleStep({ id: 'b', name: '[stage-1 2/2] COPY . .' }),
    sampleStep({ id: 'c', name: 'Step 3/3 : RUN copy /context' }),
  ];
  assert.equal(cachedSteps({ steps }), '1 of 3 steps');
  assert.equal(cachedSteps({ steps: [] }), '');
});
