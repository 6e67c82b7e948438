import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Claim, NewMerge, Planned, Store } from '../../../src/store/store.ts';
import type { Artifact } from '../../../src/terms.ts';
import type { Places } from './places.ts';
import { artifact, failed, fresh, newMerge, published, publishing } from './samples.ts';

/** What every store does with tries that fail, and with what people ask for. */
export function describeActs(name: string, places: () => Places): void {
  describe(`tries and acts of ${name}`, () => {
    let store: Store;
    before(async () => {
      store = await (await places().make()).store();
    });
    after(() => store.close());

    async function plan(given: Partial<NewMerge>, ...artifacts: Artifact[]): Promise<Planned> {
      const { id } = await store.takeIn(newMerge(given));
      return await store.settlePlan(id, publishing(...artifacts));
    }

    async function claimed(given: Partial<NewMerge>, ...artifacts: Artifact[]): Promise<Claim> {
      const [build] = (await plan(given, ...artifacts)).builds;
      return (await store.claim(build?.id ?? '')) ?? assert.fail('no claim');
    }

    test('tries are counted by phase: failures when it is given back, crashes when it is taken from a worker', async () => {
      const { build, lease } = await claimed({}, artifact(`svc-${fresh()}`));
      const built = { imageId: 'sha256:1', engineId: 'E' };
      await store.enterPhase(build.id, lease, 'push', built);
      await store.giveBack(build.id, lease, { failed: 'push', waitSeconds: 30 });
      const waiting = (await store.build(build.id)) ?? assert.fail('no build');
      assert.deepEqual(waiting.tries, { push: { failures: 1, crashes: 0 } });
      assert.ok(waiting.retryAt !== undefined && waiting.retryAt > new Date());
      assert.deepEqual(waiting.built, built);
      await store.claim(build.id);
      const again = (await store.claim(build.id)) ?? assert.fail('no claim');
      assert.deepEqual(again.build.tries, { push: { failures: 1, crashes: 1 } });
      assert.equal(again.build.retryAt, undefined);
      await store.giveBack(build.id, again.lease, { waitSeconds: 0 });
      assert.deepEqual((await store.build(build.id))?.tries, { push: { failures: 1, crashes: 1 } }, 'no try is spent');
    });

    test('a build that cannot be taken up says what it waits for, until it is', async () => {
      const [build] = (await plan({}, artifact(`svc-${fresh()}`))).builds;
      await store.postpone(build?.id ?? '', 'engine', 5);
      assert.equal((await store.build(build?.id ?? ''))?.waitsFor, 'engine');
      assert.equal((await store.claim(build?.id ?? ''))?.build.waitsFor, undefined);
    });

    test('a worker finds out that its build was cancelled, or taken', async () => {
      const { build, lease } = await claimed({}, artifact(`svc-${fresh()}`));
      assert.deepEqual(await store.watch(build.id, lease), { held: true });
      await store.requestCancel(build.id, 'ada');
      assert.deepEqual(await store.watch(build.id, lease), { held: true, cancelledBy: 'ada' });
      await store.claim(build.id);
      assert.deepEqual(await store.watch(build.id, lease), { held: false });
    });

    test('a build that waits is cancelled at once, and lets its version go', async () => {
      const service = artifact(`svc-${fresh()}`);
      const [build] = (await plan({}, service)).builds;
      assert.equal(await store.requestCancel(build?.id ?? '', 'ada'), 'cancelling');
      assert.equal((await store.build(build?.id ?? ''))?.outcome?.verdict, 'cancelled');
      assert.equal(await store.claim(build?.id ?? ''), undefined);
      assert.equal((await plan({}, service)).conflicts.length, 0);
    });

    test('a rebuild reserves the version again, unless it is published, open, or somebody else’s', async () => {
      const service = artifact(`svc-${fresh()}`);
      const repositoryId = fresh();
      const { build, lease } = await claimed({ repositoryId }, service);
      const rebuild = (id = build.id) => store.rebuild(id, { noCache: true, by: 'ada' });
      const refusal = async (answer: ReturnType<typeof rebuild>) => {
        const found = await answer;
        return 'refused' in found ? found.refused : assert.fail('was not refused');
      };
      assert.match(await refusal(rebuild()), /being built already/);
      await store.endBuild(build.id, lease, failed());
      const again = await rebuild();
      assert.ok('build' in again);
      const { noCache, requestedBy, artifact: same, state } = again.build;
      assert.deepEqual({ noCache, requestedBy, state }, { noCache: true, requestedBy: 'ada', state: 'queued' });
      assert.deepEqual(same, build.artifact);
      assert.match(await refusal(rebuild()), /being built already/);
      const claim = (await store.claim(again.build.id)) ?? assert.fail('no claim');
      await store.endBuild(again.build.id, claim.lease, failed());
      const other = await claimed({ repositoryId }, service);
      assert.match(await refusal(rebuild()), /#\d+/);
      await store.endBuild(other.build.id, other.lease, published());
      assert.match(await refusal(rebuild(other.build.id)), /published/);
      assert.match(await refusal(rebuild('nobody')), /no such build/);
    });
  });
}
