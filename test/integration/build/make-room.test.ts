import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createDockerBuilder } from '../../../src/build/docker/create-docker-builder.ts';
import type { ImageBuilder } from '../../../src/build/docker/image-builder.ts';
import { baseImage, engineHost } from '../../support/parts.ts';
import { builders, type FixtureBuild, fixtureBuild, silent, testEngine, withImage } from './build-fixture.ts';
import { type StartedEngine, startEngine } from './start-engine.ts';

const { signal } = new AbortController();
const never = async (): Promise<boolean> => false;
/** Not enough until so many turns were taken. */
const afterTurns = (turns: number) => {
  let left = turns;
  return async (): Promise<boolean> => left-- <= 0;
};

const chain = (service: string): FixtureBuild =>
  fixtureBuild('chain', { service, args: { FIRST: service }, labels: { build: randomUUID() } });

for (const which of builders) {
  describe(`room on the disk of an engine with the builder ${which}`, () => {
    let started: StartedEngine;
    let builder: ImageBuilder;
    before(async () => {
      started = await startEngine();
      builder = createDockerBuilder({ engine: started.engine, log: silent, builder: which });
    });
    after(() => started.stop());

    async function build(service: string): Promise<void> {
      await withImage(builder, chain(service), async () => undefined);
    }
    async function isCached(service: string): Promise<boolean> {
      const again = chain(service);
      await withImage(builder, again, async () => undefined);
      const runs = again.steps().filter(({ name }) => name.includes('RUN echo'));
      assert.equal(runs.length, 2);
      return runs.every(({ cached }) => cached);
    }

    it('is made from the cache that was used longest ago, no further than asked, and never from what others named', async () => {
      const { docker } = started.engine;
      const foreign = { repo: 'somebody/else', tag: '1' };
      const pulled = await docker.pull(baseImage());
      await new Promise<void>((resolve, reject) =>
        docker.modem.followProgress(pulled, (error) => (error ? reject(error) : resolve())),
      );
      await build('old');
      await docker.getImage(baseImage()).tag(foreign);
      await build('young');

      const freed = await builder.workshop.makeRoom(afterTurns(1), signal);
      assert.ok(freed > 0);
      assert.equal(await isCached('young'), true);
      assert.equal(await isCached('old'), false);

      assert.equal(await builder.workshop.makeRoom(async () => true, signal), 0);
      assert.equal(await isCached('young'), true);

      assert.ok((await builder.workshop.makeRoom(never, signal)) > 0);
      assert.equal(await builder.workshop.makeRoom(never, signal), 0, 'nothing is left to go');
      assert.equal(await isCached('young'), false);
      const names = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
      assert.ok(names.includes('somebody/else:1'), names.join(' '));
    });
  });
}

describe('the folder of an engine', () => {
  it('is known where the engine is on this machine', async () => {
    const folder = await createDockerBuilder({ engine: testEngine(), log: silent }).workshop.folder(signal);
    assert.match(folder ?? '', /^\//, engineHost());
  });
});
