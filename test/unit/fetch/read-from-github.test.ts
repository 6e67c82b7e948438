import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { kindOnGitHub } from '../../../src/fetch/kind-on-github.ts';
import { readFromGitHub } from '../../../src/fetch/read-from-github.ts';
import { octokitFor, serve } from '../../support/archive-server.ts';

const ref = 'a'.repeat(40);
const file = (text: string, more: object = {}) => ({
  type: 'file',
  encoding: 'base64',
  size: Buffer.byteLength(text),
  // GitHub breaks its lines.
  content: Buffer.from(text).toString('base64').replace(/.{60}/g, '$&\n'),
  ...more,
});

async function at(t: TestContext, answer: unknown, status = 200) {
  const asked: string[] = [];
  const base = await serve(t, (request: IncomingMessage, response: ServerResponse) => {
    asked.push(decodeURIComponent(request.url ?? ''));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  return { asked, options: { github: octokitFor(base), owner: 'acme', repo: 'orders', ref, path: 'package.json' } };
}

const failsWith = (code: string, transient: boolean) => (error: unknown) => {
  assert(error instanceof SlipwayError, String(error));
  assert.equal(error.code, code, error.message);
  assert.equal(error.transient, transient);
  return true;
};

describe('a file on GitHub', () => {
  it('is read at the commit', async (t) => {
    const text = `{"name":"ünï ${'x'.repeat(100)}"}`;
    const { asked, options } = await at(t, file(text));
    assert.equal(await readFromGitHub({ ...options, path: './a/../package.json' }), text);
    assert.deepEqual(asked, [`/repos/acme/orders/contents/package.json?ref=${ref}`]);
  });

  it('is nothing when there is none, or it is a folder, a submodule or a link to no file', async (t) => {
    const missing = await at(t, { message: 'Not Found' }, 404);
    assert.equal(await readFromGitHub(missing.options), undefined);
    assert.equal(await kindOnGitHub(missing.options), undefined);
    for (const [answer, kind] of [
      [[file('x')], 'folder'],
      [{ type: 'submodule' }, 'folder'],
      [{ type: 'symlink', target: '/etc' }, 'link'],
    ] as const) {
      const { options } = await at(t, answer);
      assert.equal(await readFromGitHub(options), undefined);
      assert.equal(await kindOnGitHub(options), kind);
    }
  });

  it('has the kind of a file, also when it is empty', async (t) => {
    const { options } = await at(t, file(''));
    assert.equal(await kindOnGitHub(options), 'file');
    assert.equal(await readFromGitHub(options), '');
  });

  it('is refused above 1 MiB, where GitHub leaves the content out', async (t) => {
    const { options } = await at(t, file('', { size: 2 ** 20 + 1, encoding: 'none' }));
    await assert.rejects(readFromGitHub(options), failsWith('source-too-large', false));
  });

  it('is an error when GitHub leaves the content out of a small one', async (t) => {
    const { options } = await at(t, file('', { size: 5, encoding: 'none' }));
    await assert.rejects(readFromGitHub(options), failsWith('github-unavailable', true));
  });

  it('is an error when the commit is gone, or GitHub fails', async (t) => {
    for (const [status, message, code, transient] of [
      [404, 'No commit found for the ref aaaa', 'source-gone', false],
      [401, 'Bad credentials', 'github-refused', false],
      [403, 'Resource not accessible by integration', 'github-refused', false],
      [500, 'Server Error', 'github-unavailable', true],
    ] as const) {
      const { options } = await at(t, { message }, status);
      await assert.rejects(readFromGitHub(options), failsWith(code, transient));
      await assert.rejects(kindOnGitHub(options), failsWith(code, transient));
    }
  });
});
