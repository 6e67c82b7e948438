import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildEvent } from '../../../src/build-terms.ts';
import { fixtureBuild, testBuilder, testEngine, ways } from './build-fixture.ts';

/** Whether a process with this argument runs, on this machine in whatever container. */
async function runs(argument: string): Promise<boolean> {
  for (const id of await readdir('/proc')) {
    if (!/^\d+$/.test(id)) continue;
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (line.includes('sleep\0') && line.includes(argument)) return true;
  }
  return false;
}

/** Waits until a step has told something. */
async function output(events: readonly BuildEvent[], text: string): Promise<void> {
  while (!events.some((event) => event.kind === 'log' && event.text.includes(text))) await sleep(20);
}

/** Seconds to sleep that no other process sleeps. */
const unusual = (): string => `${3600 + Math.floor(Math.random() * 1e6)}`;

for (const which of ways) {
  const builder = testBuilder(which);

  describe(`stopping a build with the builder ${which}`, () => {
    it('rejects as cancelled once the step’s process has ended', { timeout: 20_000 }, async () => {
      const seconds = unusual();
      const abort = new AbortController();
      const args = { SECONDS_TO_SLEEP: seconds };
      const build = fixtureBuild('slow', { args, signal: abort.signal, noCache: true });
      const ended = builder.build(build.request);
      const rejected = assert.rejects(ended, { name: 'SlipwayError', code: 'cancelled' });
      await output(build.events, 'started');
      while (!(await runs(seconds))) await sleep(20);
      const since = Date.now();
      abort.abort();
      await rejected;
      assert.equal(await runs(seconds), false, 'the process still runs');
      const containers = await testEngine().docker.listContainers();
      assert.equal(
        containers.some(({ Command }) => Command.includes(seconds)),
        false,
        'the container still runs',
      );
      assert.ok(Date.now() - since < 10_000, `it took ${Date.now() - since} ms`);
      for (const step of build.steps()) {
        assert.ok(!step.startedAt || step.endedAt, `${step.name} seems to run still`);
      }
    });

    it('rejects as cancelled while the context is on its way', { timeout: 20_000 }, async () => {
      const abort = new AbortController();
      const endless = new PassThrough();
      const build = fixtureBuild('small', { context: () => endless, signal: abort.signal });
      const ended = builder.build(build.request);
      const rejected = assert.rejects(ended, { code: 'cancelled' });
      endless.write(Buffer.alloc(512));
      while (endless.readableLength > 0) await sleep(10);
      const since = Date.now();
      abort.abort();
      await rejected;
      assert.ok(Date.now() - since < 5000, `it took ${Date.now() - since} ms`);
      assert.equal(endless.destroyed, true);
    });

    it('sends nothing when it is stopped before it begins', async () => {
      const context = () => assert.fail('the context was opened');
      const build = fixtureBuild('small', { context, signal: AbortSignal.abort() });
      await assert.rejects(builder.build(build.request), { code: 'cancelled' });
    });

    it('leaves no image and no container behind', { timeout: 20_000 }, async () => {
      const { docker } = testEngine();
      const abort = new AbortController();
      const buildId = randomUUID();
      const args = { SECONDS_TO_SLEEP: unusual() };
      const build = fixtureBuild('slow', { args, signal: abort.signal, buildId, noCache: true });
      const rejected = assert.rejects(builder.build(build.request), { code: 'cancelled' });
      await output(build.events, 'started');
      abort.abort();
      await rejected;
      assert.deepEqual(await docker.listImages({ filters: { reference: [`slipway-build:${buildId}`] } }), []);
      const commands = async (): Promise<string> =>
        (await docker.listContainers({ all: true })).map(({ Command }) => Command).join('\n');
      // The classic builder removes its container just after the process has ended.
      while ((await commands()).includes(`sleep ${args.SECONDS_TO_SLEEP}`)) await sleep(50);
    });
  });
}

describe('a build that a lost worker left running', () => {
  it('is ended before the same build begins anew', { timeout: 20_000 }, async () => {
    const builder = testBuilder('buildkit');
    const seconds = unusual();
    const args = { SECONDS_TO_SLEEP: seconds };
    const buildId = randomUUID();
    const first = fixtureBuild('slow', { args, buildId, noCache: true });
    const lost = assert.rejects(builder.build(first.request), { code: 'engine-lost', transient: true });
    await output(first.events, 'started');
    const second = fixtureBuild('small', { buildId });
    const built = await builder.build(second.request);
    await lost;
    assert.equal(await runs(seconds), false);
    await builder.discard(built);
  });
});
