import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { baseImage } from '../../support/parts.ts';
import { type FixtureBuild, fixtureBuild, testBuilder, testEngine, withImage } from './build-fixture.ts';

const { docker } = testEngine();
const builder = testBuilder('classic');

const cachedRuns = (build: FixtureBuild): boolean[] =>
  build
    .steps()
    .filter(({ name }) => name.includes('RUN echo'))
    .map(({ cached }) => cached);

/** Names that are kept for a service, and the ids behind them. */
async function keptFor(service: string): Promise<Map<string, string>> {
  const images = await docker.listImages({ filters: { reference: [`slipway-cache/${service}`] } });
  return new Map(images.flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((name) => [name.split(':')[1] ?? '', Id])));
}

async function exists(image: string): Promise<boolean> {
  return docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

async function forget(service: string): Promise<void> {
  for (const tag of (await keptFor(service)).keys()) await docker.getImage(`slipway-cache/${service}:${tag}`).remove();
}

/** A build of a service of its own, whose steps depend on `first`. */
const chain = (service: string, first: string, more: Readonly<Record<string, string>> = {}): FixtureBuild =>
  fixtureBuild('chain', { service, args: { FIRST: first, ...more }, labels: { build: randomUUID() } });

describe('the cache of the classic builder', () => {
  it('outlives the image of every stage, and is replaced by that of the next build', async () => {
    const service = `cache-${randomUUID()}`;
    try {
      await withImage(builder, chain(service, service), async () => undefined);
      const before = await keptFor(service);
      assert.deepEqual([...before.keys()].sort(), ['0', '1']);
      const again = chain(service, service);
      await withImage(builder, again, async () => undefined);
      assert.deepEqual(cachedRuns(again), [true, true]);

      const changed = chain(service, `${service}-changed`);
      await withImage(builder, changed, async () => undefined);
      assert.deepEqual(cachedRuns(changed), [false, false]);
      const after = await keptFor(service);
      assert.deepEqual([...after.keys()].sort(), ['0', '1']);
      for (const image of before.values()) assert.equal(await exists(image), false, `${image} is left`);
    } finally {
      await forget(service);
    }
  });

  it('of a failed build is kept beside the good one, and goes with the next good one', async () => {
    const service = `cache-${randomUUID()}`;
    try {
      await withImage(builder, chain(service, service), async () => undefined);
      const failing = chain(service, `${service}-failing`, { STATUS: '1' });
      await assert.rejects(builder.build(failing.request), { code: 'build-failed' });
      assert.deepEqual([...(await keptFor(service)).keys()].sort(), ['0', '1', 'failed-0', 'failed-1']);

      const takenBack = chain(service, service);
      await withImage(builder, takenBack, async () => undefined);
      assert.deepEqual(cachedRuns(takenBack), [true, true]);
      assert.deepEqual([...(await keptFor(service)).keys()].sort(), ['0', '1']);
    } finally {
      await forget(service);
    }
  });

  it('never takes a base image’s own name away', async () => {
    const service = `cache-${randomUUID()}`;
    const name = { repo: 'slipway-test-kept-base', tag: service };
    await docker.getImage(baseImage()).tag(name);
    const base = `${name.repo}:${name.tag}`;
    try {
      // The failing RUN is the first of its stage: what is left of that stage is the base image itself.
      const failing = fixtureBuild('failing-run', { service, args: { BASE_IMAGE: base } });
      await assert.rejects(builder.build(failing.request), { code: 'build-failed' });
      await withImage(builder, fixtureBuild('small', { service }), async () => undefined);
      assert.equal(await exists(base), true);
      assert.equal(await exists(baseImage()), true);
    } finally {
      await forget(service);
      await docker.getImage(base).remove();
    }
  });
});

describe('an image that was built', () => {
  it('has a name of its build until it is discarded, and none afterwards', async () => {
    const bk = testBuilder('buildkit');
    const build = fixtureBuild('small', { labels: { build: randomUUID() } });
    const built = await bk.build(build.request);
    const name = `slipway-build:${build.request.buildId}`;
    assert.deepEqual((await docker.getImage(built.imageId).inspect()).RepoTags, [name]);
    await bk.discard(built);
    assert.equal(await exists(built.imageId), false);
    assert.equal(await bk.holds(built), false);
    await bk.discard(built);
  });

  it('stays when somebody else has named it', async () => {
    const bk = testBuilder('buildkit');
    const built = await bk.build(fixtureBuild('small', { labels: { build: randomUUID() } }).request);
    const name = { repo: 'slipway-test-named', tag: randomUUID() };
    await docker.getImage(built.imageId).tag(name);
    await bk.discard(built);
    assert.deepEqual((await docker.getImage(built.imageId).inspect()).RepoTags, [`${name.repo}:${name.tag}`]);
    await docker.getImage(`${name.repo}:${name.tag}`).remove();
  });

  it('is not held by another engine', async () => {
    const bk = testBuilder('buildkit');
    await withImage(bk, fixtureBuild('small', { labels: { build: randomUUID() } }), async (built) => {
      assert.equal(await bk.holds({ ...built, engineId: 'another' }), false);
      await bk.discard({ ...built, engineId: 'another' });
      assert.equal(await bk.holds(built), true);
    });
  });
});
