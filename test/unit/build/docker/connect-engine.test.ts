import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it, mock } from 'node:test';
import { connectEngine, type Engine } from '../../../../src/build/docker/connect-engine.ts';

describe('who an engine is', () => {
  /** The engine that stands behind the address. */
  let behind: { id: string; network: string | undefined; refuses?: number; version?: string };
  let questions: string[];
  let folder: string;
  let engine: Engine;

  const server = createServer((incoming, response) => {
    const question = incoming.url?.replace(/^\/v[\d.]+/, '').split('?')[0] ?? '';
    questions.push(question);
    const answers: Record<string, object | undefined> = {
      '/networks/none': behind.network === undefined ? undefined : { Id: behind.network },
      '/info': { ID: behind.id, OSType: 'linux' },
      '/version': { Version: behind.version ?? '28.0.0', ApiVersion: '1.48' },
    };
    const answer = answers[question];
    response.writeHead(answer === undefined ? (behind.refuses ?? 404) : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { message: 'not found' }));
  });
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'slipway-socket-'));
    server.listen(path.join(folder, 'engine.sock'));
    await once(server, 'listening');
  });
  beforeEach(() => {
    behind = { id: 'one', network: 'a' };
    questions = [];
    engine = connectEngine({ DOCKER_HOST: `unix://${path.join(folder, 'engine.sock')}` });
  });
  after(async () => {
    engine.close();
    server.close();
    await rm(folder, { recursive: true });
  });

  it('is asked once of the same engine', async () => {
    const first = await engine.identity();
    assert.deepEqual(first, { id: 'one', version: '28.0.0', buildkit: true });
    questions = [];
    assert.deepEqual(await engine.identity(), first);
    assert.deepEqual(questions, ['/networks/none']);
  });

  it('is asked anew after a while: the same engine may have been upgraded', async (test) => {
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    test.after(() => mock.timers.reset());
    await engine.identity();
    behind = { ...behind, version: '29.0.0' };
    mock.timers.tick(4 * 60_000);
    assert.equal((await engine.identity()).version, '28.0.0');
    mock.timers.tick(2 * 60_000);
    assert.equal((await engine.identity()).version, '29.0.0');
  });

  it('is asked anew when another engine stands behind the address', async () => {
    await engine.identity();
    behind = { id: 'two', network: 'b' };
    assert.equal((await engine.identity()).id, 'two');
    assert.equal(engine.lastIdentity()?.id, 'two');
  });

  for (const status of [403, 404, 500]) {
    it(`is asked each time where the question for its network is answered by ${status}`, async () => {
      behind = { id: 'one', network: undefined, refuses: status };
      await engine.identity();
      behind.id = 'two';
      assert.equal((await engine.identity()).id, 'two');
    });
  }
});
