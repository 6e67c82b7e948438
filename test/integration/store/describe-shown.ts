import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Outcome } from '../../../src/build-terms.ts';
import type { Store } from '../../../src/store/store.ts';
import { sampleStep } from '../../support/sample-merge.ts';
import type { Places } from './places.ts';
import { artifact, failed, fresh, newMerge, published, publishing } from './samples.ts';

/** What every store does for the pages. */
export function describeShown(name: string, places: () => Places): void {
  describe(`what pages ask of ${name}`, () => {
    let store: Store;
    before(async () => {
      store = await (await places().make()).store();
    });
    after(() => store.close());

    async function queued(repositoryId: number, service: string, version = '1.0.0', repo = 'orders') {
      const { id } = await store.takeIn(newMerge({ repositoryId, repo }));
      const { builds } = await store.settlePlan(id, publishing(artifact(service, version)));
      return builds[0] ?? assert.fail('no build');
    }

    async function ended(repositoryId: number, service: string, version: string, outcome: Outcome) {
      const build = await queued(repositoryId, service, version);
      const claim = (await store.claim(build.id)) ?? assert.fail('no claim');
      await store.endBuild(build.id, claim.lease, outcome);
      return build;
    }

    test('lines of a log keep their numbers, over chunks, unfinished lines and lines left out', async () => {
      const build = await queued(fresh(), `svc-${fresh()}`);
      for (const text of ['one\ntwo\n', 'thr', 'ee\n', 'four\n']) await store.appendLog(build.id, text);
      const chunks = await store.readLog(build.id);
      assert.deepEqual(
        chunks.map(({ firstLine }) => firstLine),
        [1, 3, 3, 4],
      );
      assert.equal((await store.readLog(build.id, 1, 2)).length, 2);
      for (let line = 5; line <= 400; line += 1) await store.appendLog(build.id, `line ${line} of many\n`);
      const long = await store.readLog(build.id);
      assert.equal(long.filter(({ leftOut }) => leftOut).length, 1);
      assert.equal(long.at(-1)?.firstLine, 400);
      for (const { text, firstLine, leftOut } of long) {
        if (firstLine >= 5 && !leftOut) assert.equal(text, `line ${firstLine} of many\n`);
      }
    });

    test('builds that have ended are counted by verdict and fault', async () => {
      const count = async () => {
        const tallies = await store.tallies();
        const of = (verdict: string) => tallies.find((one) => one.verdict === verdict);
        return { published: of('published')?.count ?? 0, failed: of('failed')?.count ?? 0, fault: of('failed')?.fault };
      };
      const before = await count();
      const id = fresh();
      await ended(id, `svc-${fresh()}`, '1.0.0', published());
      await ended(id, `svc-${fresh()}`, '1.0.0', failed());
      await queued(id, `svc-${fresh()}`);
      const after = await count();
      assert.deepEqual([after.published - before.published, after.failed - before.failed], [1, 1]);
      assert.equal(after.fault, failed().fault);
    });

    test('builds are filtered by repository, service and what became of them', async () => {
      const [one, other] = [fresh(), fresh()];
      const [a, b] = [`svc-${fresh()}`, `svc-${fresh()}`];
      const first = await ended(one, a, '1.0.0', published());
      const second = await ended(one, b, '1.0.0', failed());
      const third = await queued(other, `svc-${fresh()}`, '1.0.0', 'Elsewhere');
      const ids = async (filter: Partial<Parameters<Store['listBuilds']>[0]>) =>
        (await store.listBuilds({ limit: 10, among: [one, other], ...filter })).map(({ build }) => build.id);
      assert.deepEqual(await ids({}), [third.id, second.id, first.id]);
      assert.deepEqual(await ids({ among: [] }), []);
      assert.deepEqual(await ids({ status: 'failed' }), [second.id]);
      assert.deepEqual(await ids({ status: 'queued' }), [third.id]);
      assert.deepEqual(await ids({ service: a }), [first.id]);
      assert.deepEqual(await ids({ owner: 'ACME', repo: 'elsewhere' }), [third.id]);
      assert.deepEqual(await ids({ before: third.id, limit: 1 }), [second.id]);
      // Where a list goes on tells nothing of a build that is not among those asked for: it is as if it were none.
      assert.deepEqual(await ids({ before: third.id, among: [one] }), []);
      assert.deepEqual(await ids({ before: 'none', among: [one] }), []);
    });

    test('a badge tells the newest verdict and the last good version; a refusal changes nothing', async () => {
      const repositoryId = fresh();
      const service = `svc-${fresh()}`;
      assert.deepEqual(await store.badge(repositoryId, service), {});
      await ended(repositoryId, service, '1.0.0', published());
      await ended(repositoryId, service, '1.0.1', failed());
      const state = { last: { verdict: 'failed', version: '1.0.1' }, good: '1.0.0' };
      assert.deepEqual(await store.badge(repositoryId, service), state);
      await ended(repositoryId, service, '1.0.2', failed({ verdict: 'refused' }));
      assert.deepEqual(await store.badge(repositoryId, service), state);
      assert.deepEqual(await store.badge(fresh(), service), {});
      const [known] = (await store.servicesOf('Acme', 'ORDERS')).filter((one) => one.name === service);
      assert.deepEqual(known, { name: service, repositoryId, installationId: 7, owner: 'acme', repo: 'orders' });
      assert.ok((await store.installations()).some(({ id, repositories }) => id === 7 && repositories > 0));
    });

    test('a pulse changes with steps, phases and the end, and tells the log’s last chunk', async () => {
      const build = await queued(fresh(), `svc-${fresh()}`);
      const pulse = async () => (await store.pulses([build.id]))[0] ?? assert.fail('no pulse');
      const marks = new Set<string>();
      const changed = async () => {
        const { mark } = await pulse();
        assert.ok(!marks.has(mark), mark);
        marks.add(mark);
      };
      await changed();
      const claim = (await store.claim(build.id)) ?? assert.fail('no claim');
      await changed();
      await store.enterPhase(build.id, claim.lease, 'build');
      await changed();
      await store.keepSteps(build.id, claim.lease, [sampleStep()]);
      await changed();
      await store.keepSteps(build.id, claim.lease - 1, []);
      assert.deepEqual(await store.stepsOf(build.id), [sampleStep()]);
      assert.equal((await pulse()).lastSeq, 0);
      await store.appendLog(build.id, 'a\n');
      assert.equal((await pulse()).lastSeq, 1);
      await store.endBuild(build.id, claim.lease, failed());
      await changed();
      assert.equal((await pulse()).ended, true);
      await store.reported(build.id);
      await changed();
      const report = (await store.build(build.id))?.timings.report;
      assert.ok(report?.endedAt && report.endedAt >= report.startedAt);
    });

    test('places are those in which builds are taken up', async () => {
      const builds = [];
      for (let count = 0; count < 3; count += 1) builds.push(await queued(fresh(), `svc-${fresh()}`));
      const ids = builds.map(({ id }) => id);
      const found = await store.places(ids);
      for (const id of ids) assert.equal(found.get(id), await store.place(id));
      assert.equal((await store.places(['nobody'])).size, 0);
      assert.ok((await store.counts()).oldestQueued);
    });

    test('a worker is known for what it told last', async () => {
      const worker = {
        id: 'w',
        host: 'box',
        concurrency: 2,
        running: 1,
        disk: { free: 1, total: 2, state: 'high' as const },
      };
      await store.keepWorker({ ...worker, engine: '20.10' });
      await store.keepWorker(worker);
      const [{ seenAt, ...told } = assert.fail('no worker')] = await store.workers();
      assert.deepEqual(told, worker);
      assert.ok(Math.abs(seenAt.getTime() - Date.now()) < 60_000);
    });

    test('an engine was seen when it last answered any worker', async () => {
      const worker = { host: 'box', concurrency: 2, running: 1, disk: { free: 1, total: 2, state: 'high' as const } };
      const told = (id: string, at: string) => store.keepWorker({ ...worker, id, lastEngine: { id: 'E', at } });
      assert.equal(await store.engineSeen('E'), undefined);
      await told('first', '2026-05-04T10:00:00.000Z');
      await told('second', '2026-05-04T09:00:00.000Z');
      assert.deepEqual(await store.engineSeen('E'), new Date('2026-05-04T10:00:00Z'));
    });

    test('a session is there until it expires or is ended', async () => {
      const kept = { idSha256: 'a', userId: 5, login: 'ada', sealedToken: 'x' };
      await store.keepSession({ ...kept, expiresAt: new Date(Date.now() + 60_000) });
      const { createdAt, expiresAt, ...found } = (await store.session('a')) ?? assert.fail('no session');
      assert.deepEqual(found, kept);
      assert.ok(createdAt < expiresAt);
      await store.endSession('a', 0);
      assert.equal(await store.session('a'), undefined);
      await store.keepSession({ ...kept, idSha256: 'b', expiresAt: new Date(Date.now() - 1) });
      assert.equal(await store.session('b'), undefined);
    });
  });
}
