import assert from 'node:assert/strict';
import { afterEach, before, describe, test } from 'node:test';
import type { Outcome } from '../../../src/build-terms.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Place, Places } from './places.ts';
import { artifact, failed, fresh, newMerge, published, publishing } from './samples.ts';

const day = 86_400_000;

/** What every store lets go of, and what it keeps for good. */
export function describeForgetting(name: string, places: () => Places): void {
  describe(`what ${name} forgets`, () => {
    const repositoryId = fresh();
    let place: Place;
    before(async () => {
      place = await places().make();
    });

    let opened: Store | undefined;
    const open = async (): Promise<Store> => {
      opened = await place.store();
      return opened;
    };
    const close = async (): Promise<void> => {
      await opened?.close();
      opened = undefined;
    };
    afterEach(close);

    async function merged(store: Store, service: string, version: string) {
      const { id } = await store.takeIn(newMerge({ repositoryId }));
      const { builds } = await store.settlePlan(id, publishing(artifact(service, version)));
      const build = builds[0] ?? assert.fail('no build');
      await store.appendLog(build.id, 'one line\n');
      return build;
    }
    async function ended(store: Store, service: string, version: string, outcome: Outcome) {
      const build = await merged(store, service, version);
      const { lease } = (await store.claim(build.id)) ?? assert.fail('no claim');
      await store.keepSteps(build.id, lease, []);
      await store.replaceCheck(build.mergeId, { subject: build.id, commit: 'head' }, undefined, {
        status: 'completed',
        sure: true,
      });
      await store.endBuild(build.id, lease, outcome);
      return build;
    }
    async function forgetAll(store: Store, before: Date): Promise<void> {
      for (let turn = 0; (await store.forget(before)) > 0; turn += 1) assert.ok(turn < 100, 'it comes to an end');
    }
    /** Makes everything that is there older. */
    async function age(ms: number): Promise<void> {
      const database = await place.database();
      const seconds = `interval '${ms / 1000} seconds'`;
      await database.script(`
        update slipway.builds set ended_at = ended_at - ${seconds};
        update slipway.merges set received_at = received_at - ${seconds};
        update slipway.pulls set updated_at = updated_at - ${seconds};
        update slipway.plan_checks set made_at = made_at - ${seconds};`);
      await database.close();
    }

    test('what ended long ago goes, what is published or open stays, and the counts stay true', async () => {
      const service = `svc-${fresh()}`;
      const first = await open();
      const old = await ended(first, service, '1.0.0', failed());
      const good = await ended(first, service, '1.1.0', published());
      const waiting = await merged(first, service, '1.2.0');
      const unplanned = await first.takeIn(newMerge());
      await close();
      await age(10 * day);

      const store = await open();
      const young = await ended(store, service, '1.3.0', failed());
      const counted = await store.tallies();
      await forgetAll(store, new Date(Date.now() - 9 * day));

      assert.equal(await store.build(old.id), undefined);
      assert.equal(await store.merge(old.mergeId), undefined);
      assert.deepEqual(await store.readLog(old.id), []);
      assert.equal((await store.build(good.id))?.outcome?.verdict, 'published');
      assert.ok(await store.merge(good.mergeId));
      assert.deepEqual(await store.readLog(good.id), [], 'a version needs no log any more');
      assert.ok((await store.standing(service, '1.1.0')).holder?.published, 'a published version is taken for good');
      for (const kept of [waiting, young]) {
        assert.ok(await store.build(kept.id));
        assert.equal((await store.readLog(kept.id)).length, 1);
      }
      assert.ok(await store.merge(unplanned.id), 'what waits is not old');
      assert.deepEqual(await store.tallies(), counted);
      assert.ok(await store.claim(waiting.id), 'it can still be built');
    });

    test('pull requests that were closed long ago go, open ones stay', async () => {
      const pull = (number: number, isOpen: boolean) => {
        const { mergeCommit: _, mergedAt: __, deliveryId: ___, ...rest } = newMerge({ repositoryId: 77, number });
        return {
          ...rest,
          isOpen,
          isDraft: false,
          repositorySize: 1,
          headSha: `${number}`.padStart(40, '0'),
          updatedAt: new Date(),
        };
      };
      const first = await open();
      for (const one of [pull(1, true), pull(2, true)]) await first.takePull(one);
      await first.takePull(pull(2, false));
      await close();
      await age(10 * day);
      const store = await open();
      await forgetAll(store, new Date(Date.now() - 9 * day));
      assert.ok(await store.pull(77, 1));
      assert.equal(await store.pull(77, 2), undefined);
    });
  });
}
