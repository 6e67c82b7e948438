import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { it } from 'node:test';
import { selectTests } from '../../../scripts/parts/select-tests.ts';

const here = 'test/unit/scripts/select-tests.test.ts';

it('every test but the slow ones runs, with coverage, when nothing is named', () => {
  const { files, arguments: given, slow, needsParts } = selectTests([]);
  assert.ok(files.includes(here));
  assert.ok(files.includes('test/integration/scripts/left-overs.test.ts'));
  assert.ok(!files.some((file) => file.startsWith('test/slow/')));
  assert.ok(given.includes('--experimental-test-coverage'));
  assert.deepEqual({ slow, needsParts }, { slow: false, needsParts: true });
});

it('the slow tests alone run with --slow, which the test runner does not see', () => {
  const { files, arguments: given, slow } = selectTests(['--slow']);
  assert.ok(files.every((file) => file.startsWith('test/slow/')));
  assert.ok(!given.includes('--slow'));
  assert.equal(slow, true);
});

it('a folder means its tests, a pattern what it matches, and each file runs once', () => {
  const { files } = selectTests(['test/unit/scripts', here, 'test/unit/scripts/select-*.ts']);
  const inFolder = readdirSync(import.meta.dirname).map((name) => `test/unit/scripts/${name}`);
  assert.ok(inFolder.includes(here));
  assert.deepEqual(files, inFolder.sort());
});

it('unit tests alone need no parts, and no coverage when they are named', () => {
  const { arguments: given, needsParts } = selectTests([here]);
  assert.equal(needsParts, false);
  assert.ok(!given.includes('--experimental-test-coverage'));
  assert.equal(selectTests([here, 'test/integration/scripts']).needsParts, true);
});

it('options of the test runner are handed on, in front of the files', () => {
  const { arguments: given } = selectTests([here, '--test-name-pattern=a folder']);
  assert.deepEqual(given.slice(-2), ['--test-name-pattern=a folder', here]);
});

it('what is not there selects nothing', () => {
  assert.deepEqual(selectTests(['test/unit/nowhere']).files, []);
});
