import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { createAccess } from '../../../src/store/access.ts';
import { endBuildVerbs } from '../../../src/store/end-build.ts';
import type { Jobs } from '../../../src/store/jobs.ts';
import { mergeVerbs } from '../../../src/store/merges.ts';
import { runningBuildVerbs } from '../../../src/store/running-build.ts';
import { planVerbs } from '../../../src/store/settle-plan.ts';
import type { Store } from '../../../src/store/store.ts';
import { until } from '../../support/until.ts';
import type { Place, Places } from './places.ts';
import { artifact, failed, fresh, newMerge, published, publishing } from './samples.ts';

const storeFailed = (error: unknown) => error instanceof SlipwayError && error.code === 'store-failed';

/** A promise that is kept by hand. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** What every store does with its queues. */
export function describeQueues(name: string, places: () => Places): void {
  describe(`queues of ${name}`, () => {
    let place: Place;
    let store: Store;
    before(async () => {
      place = await places().make();
    });
    beforeEach(async () => {
      store = await place.store();
    });
    afterEach(async () => {
      await store.close();
      await place.empty();
    });

    /** Plans a merge of one artifact, and gives its build. */
    async function queued(repositoryId: number, service: string, version: string): Promise<string> {
      const { id } = await store.takeIn(newMerge({ repositoryId }));
      const { builds } = await store.settlePlan(id, publishing(artifact(service, version)));
      return builds[0]?.id ?? assert.fail('no build');
    }

    test('a merge is handed out when it is taken in, and a merge that was known is not', async () => {
      const seen: number[] = [];
      await store.workMerges(async (repositoryId) => {
        seen.push(repositoryId);
      });
      const merges = Array.from({ length: 5 }, () => newMerge());
      for (const merge of merges) {
        await store.takeIn(merge);
        await until('the merge is handed out', () => seen.at(-1) === merge.repositoryId);
        assert.equal((await store.takeIn(merge)).known, true);
      }
      const last = newMerge();
      await store.takeIn(last);
      await until('the last one is handed out', () => seen.includes(last.repositoryId));
      assert.deepEqual(
        seen,
        [...merges, last].map(({ repositoryId }) => repositoryId),
      );
    });

    test('a worker has a job at once, and does not wait until it looks for one again', async () => {
      const seen: string[] = [];
      await store.workBuilds(1, async (id) => {
        seen.push(id);
      });
      const waits: number[] = [];
      for (let count = 0; count < 5; count += 1) {
        const id = await queued(fresh(), `svc-${count}`, '1.0.0');
        const since = performance.now();
        await until('the build is handed out', () => seen.includes(id));
        waits.push(performance.now() - since);
      }
      // One that nobody wakes looks two seconds after it looked last.
      const median = waits.sort((a, b) => a - b)[2] ?? Number.NaN;
      assert.ok(median < 1000, `${waits.map(Math.round)}`);
    });

    test('a worker goes from one job to the next without a pause', async () => {
      for (let count = 0; count < 4; count += 1) await queued(fresh(), `svc-${count}`, '1.0.0');
      const at: number[] = [];
      await store.workBuilds(1, async () => {
        at.push(performance.now());
      });
      await until('all are handed out', () => at.length === 4);
      const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
      assert.ok((pauses.sort((a, b) => a - b)[1] ?? Number.NaN) < 1000, `${pauses.map(Math.round)}`);
    });

    test('of jobs that are sent at once, each wakes a worker', async () => {
      const running = new Set<string>();
      let expected = 0;
      await store.workBuilds(3, async (id) => {
        running.add(id);
        const all = expected;
        // The first ones hold their workers until all have one.
        await until('all three run', () => running.size >= all);
      });
      const waits: number[] = [];
      for (let round = 1; round <= 3; round += 1) {
        expected += 3;
        const { id } = await store.takeIn(newMerge());
        const names = ['a', 'b', 'c'].map((letter) => `${letter}-${round}`);
        const since = performance.now();
        await store.settlePlan(id, publishing(...names.map((service) => artifact(service))));
        await until('all three run', () => running.size === expected);
        waits.push(performance.now() - since);
      }
      const median = waits.sort((a, b) => a - b)[1] ?? Number.NaN;
      assert.ok(median < 1000, `${waits.map(Math.round)}`);
    });

    test('the same merge taken in twice at the same time is one job', async () => {
      const seen: number[] = [];
      const merge = newMerge();
      await Promise.all([store.takeIn(merge), store.takeIn(merge)]);
      const last = newMerge({ repositoryId: merge.repositoryId });
      await store.takeIn(last);
      await store.workMerges(async (repositoryId) => {
        const next = await store.nextUnplanned(repositoryId);
        if (next !== undefined) await store.settlePlan(next.id, { kind: 'ignored', reason: 'a test' });
        seen.push(next?.number ?? -1);
      });
      await until('both are planned', () => seen.includes(last.number));
      await until('nothing waits', async () => (await store.counts()).waitingMerges === 0);
      assert.deepEqual(seen, [merge.number, last.number]);
    });

    test('merges of one repository are planned one at a time and in order, also when one has to be tried again', async () => {
      const repositoryId = fresh();
      const numbers = [fresh(), fresh(), fresh()];
      for (const number of numbers.toReversed()) {
        const mergedAt = new Date(Date.UTC(2026, 2, 2, 10, numbers.indexOf(number)));
        await store.takeIn(newMerge({ repositoryId, number, mergedAt }));
      }
      const order: number[] = [];
      let calls = 0;
      let running = 0;
      let most = 0;
      await store.workMerges(async () => {
        running += 1;
        most = Math.max(most, running);
        calls += 1;
        const call = calls;
        const next = (await store.nextUnplanned(repositoryId)) ?? assert.fail('nothing to plan');
        try {
          if (call === 1) throw new Error('GitHub is away');
          await store.settlePlan(next.id, { kind: 'ignored', reason: 'a test' });
          order.push(next.number);
        } finally {
          running -= 1;
        }
      });
      await until('all are planned', () => order.length === 3);
      assert.deepEqual(order, numbers);
      assert.equal(calls, 4);
      assert.equal(most, 1);
    });

    test('one build of a service runs at a time, and never more builds than workers', async () => {
      const repositoryId = fresh();
      const builds: string[] = [];
      for (const version of ['1.0.0', '1.0.1', '1.0.2']) builds.push(await queued(repositoryId, 'one', version));
      for (const service of ['two', 'three', 'four']) builds.push(await queued(fresh(), service, '1.0.0'));
      const running = new Map<string, string>();
      const done: string[] = [];
      let most = 0;
      await store.workBuilds(2, async (id) => {
        const claim = (await store.claim(id)) ?? assert.fail('no claim');
        const service = claim.build.artifact.service.name;
        assert.ok(![...running.values()].includes(service), `${service} twice`);
        running.set(id, service);
        most = Math.max(most, running.size);
        if (service !== 'one') await until('two run', () => most === 2);
        running.delete(id);
        await store.endBuild(id, claim.lease, published());
        done.push(id);
      });
      await until('all are built', () => done.length === builds.length);
      assert.equal(most, 2);
      assert.deepEqual(
        done.filter((id) => builds.slice(0, 3).includes(id)),
        builds.slice(0, 3),
      );
    });

    test('a repository with many builds does not hold up another one’s only build', async () => {
      const busy = fresh();
      const many: string[] = [];
      for (let count = 0; count < 6; count += 1) many.push(await queued(busy, `busy-${count}`, '1.0.0'));
      const only = await queued(fresh(), 'quiet', '1.0.0');
      const order: string[] = [];
      await store.workBuilds(1, async (id) => {
        order.push(id);
      });
      await until('all were handed out', () => order.length === 7);
      assert.deepEqual(order, [many[0], only, ...many.slice(1)]);
    });

    test('a later build of a service never stands before an earlier one', async () => {
      const repositoryId = fresh();
      for (let count = 0; count < 3; count += 1) await queued(repositoryId, `other-${count}`, '1.0.0');
      const first = await queued(repositoryId, 'svc', '1.0.0');
      const order: string[] = [];
      await store.workBuilds(1, async (id) => {
        order.push(id);
        const claim = (await store.claim(id)) ?? assert.fail('no claim');
        // Three fewer wait now: by their number alone the second would come first.
        if (order.length === 1) {
          for (const { build } of await store.listBuilds({ limit: 10 })) {
            if (build.id !== first && build.state === 'queued') await store.claim(build.id);
          }
          order.push(await queued(repositoryId, 'svc', '1.0.1'));
        }
        await store.endBuild(id, claim.lease, failed());
      });
      await until('all were handed out', () => order.length === 6);
      const [, second] = order;
      assert.ok(order.indexOf(first) < order.lastIndexOf(second ?? ''), `${order}`);
    });

    test('a build is reported when it is taken up and when it ends, one report of a merge at a time', async () => {
      const reported: string[] = [];
      let running = 0;
      await store.workReports(async (mergeId) => {
        running += 1;
        assert.equal(running, 1);
        const states = (await store.buildsOf(mergeId)).map(({ state }) => state);
        running -= 1;
        reported.push(`${mergeId} ${states}`);
      });
      const { id } = await store.takeIn(newMerge());
      const { builds } = await store.settlePlan(id, publishing(artifact('svc')));
      await until('the plan is reported', () => reported.includes(`${id} queued`));
      const claim = (await store.claim(builds[0]?.id ?? '')) ?? assert.fail('no claim');
      await until('the start is reported', () => reported.includes(`${id} running`));
      await store.claim(claim.build.id);
      await store.endBuild(claim.build.id, claim.lease + 1, failed());
      await until('the end is reported', () => reported.includes(`${id} ended`));
      const refused = await store.takeIn(newMerge());
      await store.settlePlan(refused.id, { kind: 'refused', refusal: { reason: 'No version.', help: 'Add a label.' } });
      await until('the refusal is reported', () => reported.includes(`${refused.id} `));
      assert.equal(reported.length, 4);
    });

    test('a handler that fails gets its job again, and the store goes on', async () => {
      const id = await queued(fresh(), 'svc', '1.0.0');
      const calls: string[] = [];
      await store.workBuilds(1, async (buildId) => {
        calls.push(buildId);
        if (calls.length === 1) throw new SlipwayError('registry-unavailable', 'The registry is away.');
      });
      await until('it was handed out again', () => calls.length === 2);
      assert.deepEqual(calls, [id, id]);
    });

    test('a handler’s signal does not end while it works, nor when it has returned', async () => {
      await queued(fresh(), 'svc', '1.0.0');
      const signals: AbortSignal[] = [];
      await store.workBuilds(1, async (_, { signal }) => {
        signals.push(signal);
      });
      await until('it ran', () => signals.length === 1);
      const next = await queued(fresh(), 'next', '1.0.0');
      await until('the next one ran', async () => (await store.place(next)) === undefined || signals.length === 2);
      assert.equal(signals[0]?.aborted, false);
    });

    test('stopping waits for what runs and hands out nothing more', async () => {
      const first = await queued(fresh(), 'first', '1.0.0');
      const started: string[] = [];
      const leave = gate();
      await store.workBuilds(1, async (id) => {
        started.push(id);
        await leave.opened;
      });
      await until('the first one runs', () => started.length === 1);
      const stopped = store.stopWork(20_000);
      const second = await queued(fresh(), 'second', '1.0.0');
      leave.open();
      await stopped;
      assert.deepEqual(started, [first]);
      await store.close();
      store = await place.store();
      await store.workBuilds(1, async (id) => {
        started.push(id);
      });
      await until('the second one runs', () => started.length === 2);
      assert.deepEqual(started, [first, second]);
    });

    test('what outlasts the grace is told to stop, and is handed out again by the next process', async () => {
      const id = await queued(fresh(), 'svc', '1.0.0');
      const reasons: unknown[] = [];
      await store.workBuilds(1, async (_, { signal }) => {
        await ended(signal);
        reasons.push(signal.reason);
        throw signal.reason;
      });
      await until('it runs', async () => (await store.counts()).queued === 1 && reasons.length === 0);
      const waiting = fresh();
      const held = gate();
      await store.workMerges(async () => held.open());
      await store.takeIn(newMerge({ repositoryId: waiting }));
      await held.opened;
      await store.stopWork(50);
      assert.ok(reasons[0] instanceof SlipwayError && reasons[0].code === 'cancelled');
      await store.close();
      store = await place.store();
      const again: string[] = [];
      await store.workBuilds(1, async (buildId) => {
        again.push(buildId);
      });
      await until('it is handed out again', () => again.length === 1);
      assert.deepEqual(again, [id]);
    });

    test('a job without its row cannot be: when the transaction fails behind it, it is gone', async () => {
      const { id } = await store.takeIn(newMerge());
      const nameless = { ...artifact('bad'), version: undefined as unknown as string };
      await assert.rejects(store.settlePlan(id, publishing(artifact('good'), nameless)), storeFailed);
      const handed: string[] = [];
      await store.workBuilds(1, async (buildId) => {
        handed.push(buildId);
      });
      const only = await queued(fresh(), 'good', '1.0.0');
      await until('the next build is handed out', () => handed.includes(only));
      assert.deepEqual(handed, [only]);
    });

    test('a row without its job cannot be: when the job is not taken, nothing has changed', async () => {
      const waiting = await store.takeIn(newMerge());
      const merge = newMerge();
      const id = await queued(fresh(), 'svc', '1.0.0');
      const claim = (await store.claim(id)) ?? assert.fail('no claim');
      await store.close();
      const database = await place.database();
      const broken = {
        send: () => Promise.reject(new Error('the queue is away')),
        wake: () => assert.fail('woken without a commit'),
      } as unknown as Jobs;
      const access = createAccess(database, broken);
      await assert.rejects(mergeVerbs(access).takeIn(merge), storeFailed);
      await assert.rejects(planVerbs(access).settlePlan(waiting.id, publishing(artifact('other'))), storeFailed);
      await assert.rejects(endBuildVerbs(access).endBuild(id, claim.lease, failed()), storeFailed);
      await runningBuildVerbs(access).enterPhase(id, claim.lease, 'build');
      await database.close();

      store = await place.store();
      assert.equal((await store.takeIn(merge)).known, false);
      assert.equal((await store.merge(waiting.id))?.plan, undefined);
      assert.deepEqual(await store.buildsOf(waiting.id), []);
      assert.equal((await store.build(id))?.state, 'running');
      const settled = await store.settlePlan(waiting.id, publishing(artifact('other')));
      assert.deepEqual([settled.builds.length, settled.conflicts.length], [1, 0]);
      const reserved = await store.takeIn(newMerge());
      assert.equal((await store.settlePlan(reserved.id, publishing(artifact('svc', '1.0.0')))).conflicts.length, 1);
    });
  });
}
