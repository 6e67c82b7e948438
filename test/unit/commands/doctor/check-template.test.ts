import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Validation } from '../../../../src/build/artifact-type.ts';
import { type Check, ok } from '../../../../src/commands/doctor/check.ts';
import { checkTemplate } from '../../../../src/commands/doctor/check-template.ts';
import { runChecks } from '../../../../src/commands/doctor/run-checks.ts';
import { SlipwayError } from '../../../../src/errors.ts';

const signal = new AbortController().signal;
const packer: Check = { name: 'Packer', run: async () => ok('answers') };
const never = () => assert.fail('it was asked');

async function ask(
  { image = 'packer:1', isThere = true }: { image?: string | undefined; isThere?: boolean },
  validate: () => Promise<Validation>,
) {
  const check = checkTemplate('orders', image || undefined, { has: async () => isThere, validate });
  const [, found] = await runChecks([packer, check], { timeoutMs: 10_000, signal });
  return found ?? assert.fail('it was not asked');
}

describe('the doctor’s check of a template', () => {
  it('is named after its service, and says what Packer says', async () => {
    const found = 'Packer takes `packer.json`';
    assert.deepEqual(await ask({}, async () => ({ kind: 'valid', found })), {
      name: 'template of orders',
      state: 'ok',
      found,
    });
    const invalid = new SlipwayError('template-invalid', 'Packer cannot use `packer.json`: no', {
      help: 'Correct it.',
    });
    const bad = await ask({}, () => Promise.reject(invalid));
    assert.deepEqual([bad.state, bad.found, bad.help], ['fails', 'Packer cannot use `packer.json`: no', 'Correct it.']);
  });

  it('warns of a template that cannot be judged without a build', async () => {
    const { state, help } = await ask({}, async () => ({ kind: 'unknown', found: 'it asks for a secret' }));
    assert.equal(state, 'warning');
    assert.match(help ?? '', /the first build tells/);
  });

  it('asks Packer nothing where there is no image of it: none is named, or the engine has it not', async () => {
    const unset = await ask({ image: '' }, never);
    assert.deepEqual([unset.state, /PACKER_IMAGE is not set/.test(unset.found)], ['fails', true]);
    const away = await ask({ isThere: false }, never);
    assert.equal(away.state, 'warning');
    assert.match(`${away.found} ${away.help}`, /not validated: packer:1 is not on the engine.*docker pull packer:1/);
  });
});
