import assert from 'node:assert/strict';
import { it } from 'node:test';
import { machineImagePlan } from '../../../src/report/machine-image-plan.ts';
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
