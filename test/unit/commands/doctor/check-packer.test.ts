import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Check, fails, ok } from '../../../../src/commands/doctor/check.ts';
import { checkPacker } from '../../../../src/commands/doctor/check-packer.ts';
import { runChecks } from '../../../../src/commands/doctor/run-checks.ts';
import { SlipwayError } from '../../../../src/errors.ts';

const signal = new AbortController().signal;
const engine = (finding = ok('answers')): Check => ({ name: 'engine', run: async () => finding });
type Questions = Parameters<typeof checkPacker>[1];

async function ask(questions: Partial<Questions>, on = engine()) {
  const given = { has: async () => true, version: async () => '1.6.6', ...questions };
  const [, packer] = await runChecks([on, checkPacker('packer:1', given)], { timeoutMs: 10_000, signal });
  return packer ?? assert.fail('it was not asked');
}

describe('the doctor’s check of Packer', () => {
  it('names the version that answers, and where', async () => {
    assert.deepEqual(await ask({}), { name: 'Packer', state: 'ok', found: 'Packer 1.6.6 answers, in packer:1' });
  });

  it('warns of an image that is not there yet, with the command that pulls it, and starts nothing', async () => {
    const version = () => assert.fail('it was started');
    const { state, found, help } = await ask({ has: async () => false, version });
    assert.deepEqual([state, found], ['warning', 'packer:1 is not on the engine']);
    assert.match(help ?? '', /`docker pull packer:1`/);
  });

  it('would fail for an image whose Packer does not answer, in that one’s words', async () => {
    const none = new SlipwayError('packer-unavailable', '`packer version` told none.', { help: 'Set PACKER_IMAGE.' });
    const { state, found, help } = await ask({ version: () => Promise.reject(none) });
    assert.deepEqual([state, found, help], ['fails', '`packer version` told none.', 'Set PACKER_IMAGE.']);
  });

  it('is not asked where the engine would fail', async () => {
    const has = () => assert.fail('it was asked');
    assert.equal((await ask({ has }, engine(fails('is down', 'Start it.')))).state, 'skipped');
  });
});
