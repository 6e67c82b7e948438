import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine } from '../../../src/build/docker/connect-engine.ts';
import { createDockerBuilder } from '../../../src/build/docker/create-docker-builder.ts';
import { builders, fixtureBuild, silent } from './build-fixture.ts';
import { type StartedEngine, startEngine } from './start-engine.ts';

describe('an engine that is not there', () => {
  const engine = connectEngine({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  const builder = createDockerBuilder({ engine, log: silent });
  const unavailable = { name: 'SlipwayError', code: 'engine-unavailable', fault: 'ours', transient: true };
  const built = { imageId: `sha256:${'0'.repeat(64)}`, engineId: 'one' };

  it('is unavailable for a ping, a build and a look at an image, and worth another try', async () => {
    await assert.rejects(engine.ping(), unavailable);
    await assert.rejects(builder.build(fixtureBuild('small').request), unavailable);
    await assert.rejects(builder.holds(built), unavailable);
  });

  it('keeps nobody from ending a build', async () => {
    await builder.discard(built);
  });

  it('is unavailable where nobody listens on its port', async () => {
    await assert.rejects(connectEngine({ DOCKER_HOST: 'tcp://127.0.0.1:1' }).ping(), unavailable);
  });
});

for (const which of builders) {
  describe(`an engine that goes away while the builder ${which} builds`, () => {
    let started: StartedEngine;
    before(async () => {
      started = await startEngine();
    });
    after(() => started.stop());

    it('is lost, which is ours and worth another try', { timeout: 60_000 }, async () => {
      const builder = createDockerBuilder({ engine: started.engine, log: silent, builder: which });
      const build = fixtureBuild('slow', { args: { SECONDS_TO_SLEEP: '15' } });
      const rejected = assert.rejects(builder.build(build.request), {
        code: 'engine-lost',
        fault: 'ours',
        transient: true,
      });
      while (!build.text().includes('started')) await sleep(20);
      await started.kill();
      await rejected;
      for (const step of build.steps()) assert.ok(!step.startedAt || step.endedAt, `${step.name} seems to run still`);
    });
  });
}

describe('an engine that ends its answer too early', () => {
  it('is lost, although it answered 200', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'slipway-socket-'));
    const socket = path.join(folder, 'engine.sock');
    const answers: Readonly<Record<string, string>> = {
      '/info': '{"ID":"one","OSType":"linux"}',
      '/version': '{"Version":"20.10.24","ApiVersion":"1.41"}',
      '/build': '{"stream":"Step 1/2 : FROM scratch"}\r\n{"aux":{"ID":"sha256:1"}}\r\n',
    };
    const server = createServer((incoming, response) => {
      const text = answers[incoming.url?.split('?')[0] ?? ''];
      incoming.resume().on('end', () => response.writeHead(text === undefined ? 404 : 200).end(text ?? '{}'));
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const engine = connectEngine({ DOCKER_HOST: `unix://${socket}` });
      const builder = createDockerBuilder({ engine, log: silent, builder: 'classic' });
      await assert.rejects(builder.build(fixtureBuild('small').request), { code: 'engine-lost', transient: true });
    } finally {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    }
  });
});
