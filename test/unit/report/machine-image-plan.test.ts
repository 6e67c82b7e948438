import assert from 'node:assert/strict';
import { it } from 'node:test';
import { machineImagePlan } from '../../../src/report/machine-image-plan.ts';
import { renderOpenPlan } from '../../../src/report/render-open-plan.ts';
import type { Service } from '../../../src/terms.ts';

const service: Service = {
  name: 'orders',
  nameFrom: 'the test',
  path: '.',
  dockerfile: 'Dockerfile',
  type: 'ami',
  build: { args: {} },
  packer: { template: 'vm/`odd`.json', variables: {}, only: [], regions: [] },
};

it('the plan of a machine image says that its template is code, and when it runs', () => {
  const [text = ''] = machineImagePlan(service);
  assert.match(text, /template <code>vm.*odd.*json<\/code>\. A template is code/);
  assert.match(text, /runs for merged pull requests only, and nothing of it was run for this check/);
  assert.deepEqual(machineImagePlan({ ...service, type: 'docker' }), []);
});

it('moves no tags: those are for images in a registry', () => {
  const artifact = { service, version: '1.4.2', versionFrom: 'label' };
  const summary = (type: 'docker' | 'ami') =>
    renderOpenPlan(
      [
        {
          pull: { number: 1, repositoryUrl: 'https://github.com/acme/orders' },
          plan: { kind: 'publish', artifacts: [artifact] },
          artifacts: [
            {
              artifact: { ...artifact, service: { ...service, type } },
              notes: [],
              aliases: { moves: ['latest'], stays: [{ tag: '1', at: '1.9.0' }] },
            },
          ],
          suggestions: [],
        },
      ],
      'registry.lan:5000',
    ).summary;
  assert.match(summary('docker'), /Moves the tag `latest`[\s\S]*Leaves the tag `1`/);
  assert.doesNotMatch(summary('ami'), /the tag|registry\.lan/);
  assert.match(summary('ami'), /Merging publishes `orders:1\.4\.2`[\s\S]*A template is code/);
});
