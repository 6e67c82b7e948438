import assert from 'node:assert/strict';
import { it } from 'node:test';
import { matchesBranch } from '../../../src/plan/matches-branch.ts';
import { readConfiguration } from '../../../src/plan/read-configuration.ts';

const matches = (branches: string, branch: string) =>
  matchesBranch(readConfiguration(branches === '' ? undefined : `branches: [${branches}]`), branch);

it('develop alone is published without a configuration', () => {
  assert.equal(matches('', 'develop'), true);
  for (const branch of ['main', 'Develop', 'develop/x', 'x/develop', ''])
    assert.equal(matches('', branch), false, branch);
});

it('branches are globs', () => {
  const cases: [string, string, boolean][] = [
    ['"release/*"', 'release/1.x', true],
    ['"release/*"', 'release/1.x/y', false],
    ['"release/**"', 'release/1.x/y', true],
    ['"*"', '.hidden', true],
    ['main, "{stable,lts}/v?"', 'lts/v1', true],
    ['main, "{stable,lts}/v?"', 'edge/v1', false],
    ['"v[12]"', 'v2', true],
    ['"v[12]"', 'v3', false],
    ['größe', 'größe', true],
  ];
  for (const [globs, branch, wanted] of cases) assert.equal(matches(globs, branch), wanted, `${globs} ${branch}`);
});

it('the worst globs that are allowed take bounded time', () => {
  const globs = ['"*a*a*b"', '"**a**a**b"', '"{a,aa,aaa,aaaa}{a,aa,aaa,aaaa}*b"', '"*/**/*b"'];
  const list = Array.from({ length: 20 }, (_, index) => globs[index % globs.length]).join(', ');
  const configuration = readConfiguration(`branches: [${list}]`);
  for (const branch of ['a'.repeat(255), 'a/'.repeat(127), 'a'.repeat(1e6)]) {
    const start = performance.now();
    assert.equal(matchesBranch(configuration, branch), false);
    assert.ok(performance.now() - start < 5000, `${branch.slice(0, 4)} took ${performance.now() - start} ms`);
  }
});
