import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseChallenges } from '../../../src/push/parse-challenges.ts';

describe('the WWW-Authenticate header', () => {
  it('of a registry with tokens is read with its quoted commas', () => {
    const header = 'Bearer realm="https://auth.lan/token",service="registry of a, b",scope="repository:x:pull,push"';
    assert.deepEqual(parseChallenges(header), [
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://auth.lan/token',
          service: 'registry of a, b',
          scope: 'repository:x:pull,push',
        },
      },
    ]);
  });

  it('may offer several ways in one line', () => {
    assert.deepEqual(
      parseChallenges('Negotiate, Bearer realm="r" , service=plain, BASIC realm="a \\"b\\""').map(
        ({ scheme, parameters }) => [scheme, parameters],
      ),
      [
        ['negotiate', {}],
        ['bearer', { realm: 'r', service: 'plain' }],
        ['basic', { realm: 'a "b"' }],
      ],
    );
  });

  it('that makes no sense ends the list and nothing else', () => {
    assert.deepEqual(parseChallenges(''), []);
    assert.deepEqual(parseChallenges('"""'), []);
    assert.deepEqual(parseChallenges(' , ,'), []);
    assert.deepEqual(parseChallenges('Basic'), [{ scheme: 'basic', parameters: {} }]);
    assert.deepEqual(parseChallenges('Basic realm="open'), [{ scheme: 'basic', parameters: { realm: '' } }]);
  });
});
