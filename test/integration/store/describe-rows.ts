import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import type { Claim, NewMerge, Planned, Store } from '../../../src/store/store.ts';
import type { Artifact } from '../../../src/terms.ts';
import type { Places } from './places.ts';
import { artifact, failed, fresh, newMerge, published, publishing } from './samples.ts';

const refused = (code: string) => (error: unknown) => error instanceof SlipwayError && error.code === code;

/** What every store does with merges, plans and builds. */
export function describeRows(name: string, places: () => Places): void {
  describe(`rows of ${name}`, () => {
    let store: Store;
    before(async () => {
      store = await (await places().make()).store();
    });
    after(() => store.close());

    async function plan(given: Partial<NewMerge>, ...artifacts: Artifact[]): Promise<Planned & { mergeId: string }> {
      const { id } = await store.takeIn(newMerge(given));
      return { mergeId: id, ...(await store.settlePlan(id, publishing(...artifacts))) };
    }

    async function claimed(given: Partial<NewMerge>, ...artifacts: Artifact[]): Promise<Claim> {
      const [build] = (await plan(given, ...artifacts)).builds;
      const claim = await store.claim(build?.id ?? '');
      assert.ok(claim);
      return claim;
    }

    test('a merge that was taken in is there with everything that is known of it', async () => {
      const merge = newMerge({ title: 'O’Brien; drop table "x" \\ 🚢', labels: ['version:1.4.2', 'a,"b"'] });
      const { id, known } = await store.takeIn(merge);
      assert.equal(known, false);
      const { receivedAt, ...kept } = (await store.merge(id)) ?? assert.fail('the merge is not there');
      assert.deepEqual(kept, { id, ...merge });
      assert.ok(Math.abs(receivedAt.getTime() - Date.now()) < 60_000);
    });

    test('the same merge is taken in once, also when it comes twice at the same time', async () => {
      const merge = newMerge();
      const answers = await Promise.all([store.takeIn(merge), store.takeIn(merge), store.takeIn(merge)]);
      assert.deepEqual(answers.map(({ known }) => known).sort(), [false, true, true]);
      assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
      const other = await store.takeIn({ ...merge, mergeCommit: '3'.repeat(40) });
      assert.equal(other.known, false);
    });

    test('characters that PostgreSQL cannot hold do not keep a merge out', async () => {
      const { id } = await store.takeIn(newMerge({ title: 'a\0b\ud800c', labels: ['\0'] }));
      assert.equal((await store.merge(id))?.title, 'a\ufffdb\ufffdc');
      const { builds } = await store.settlePlan(id, publishing({ ...artifact('nul'), versionFrom: 'title \0 \ud800' }));
      const claim = (await store.claim(builds[0]?.id ?? '')) ?? assert.fail('no build');
      await store.appendLog(claim.build.id, 'x\0y\n', 'step\0');
      await store.endBuild(claim.build.id, claim.lease, failed({ tail: ['\0', '\udfff'] }));
      assert.equal((await store.build(claim.build.id))?.outcome?.tail?.length, 2);
      assert.equal((await store.readLog(claim.build.id))[0]?.text, 'x\ufffdy\n');
    });

    test('merges are planned in the order in which they were merged', async () => {
      const repositoryId = fresh();
      const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 10, minute));
      const later = await store.takeIn(newMerge({ repositoryId, mergedAt: at(2), number: 3 }));
      const second = await store.takeIn(newMerge({ repositoryId, mergedAt: at(1), number: 9 }));
      const first = await store.takeIn(newMerge({ repositoryId, mergedAt: at(1), number: 8 }));
      const order: string[] = [];
      for (;;) {
        const next = await store.nextUnplanned(repositoryId);
        if (next === undefined) break;
        order.push(next.id);
        await store.settlePlan(next.id, { kind: 'skipped', reason: 'a test' });
      }
      assert.deepEqual(order, [first.id, second.id, later.id]);
      assert.deepEqual((await store.merge(first.id))?.plan, { kind: 'skipped', reason: 'a test' });
    });

    test('a plan becomes one queued build for each artifact, once', async () => {
      const names = [`a-${fresh()}`, `b/${fresh()}`];
      const first = await plan({}, ...names.map((service) => artifact(service)));
      assert.deepEqual(first.conflicts, []);
      assert.deepEqual(
        first.builds.map(({ artifact: { service }, state, lease }) => [service.name, state, lease]),
        names.map((service) => [service, 'queued', 0]),
      );
      const again = await store.settlePlan(first.mergeId, publishing(artifact('something-else')));
      assert.deepEqual(again, { builds: first.builds, conflicts: [] });
      assert.deepEqual(await store.buildsOf(first.mergeId), first.builds);
      assert.deepEqual(await store.build(first.builds[0]?.id ?? ''), first.builds[0]);
    });

    test('a plan that is settled twice at the same time is settled once', async () => {
      const { id } = await store.takeIn(newMerge());
      const plan = publishing(artifact(`svc-${fresh()}`));
      const answers = await Promise.all([1, 2, 3].map(() => store.settlePlan(id, plan)));
      assert.equal((await store.buildsOf(id)).length, 1);
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
    });

    test('a version that another merge has reserved is refused, and the refused build names the owner', async () => {
      const name = `svc-${fresh()}`;
      const repositoryId = fresh();
      await plan({ repositoryId, number: 12, mergeCommit: `abc1234${'0'.repeat(33)}` }, artifact(name));
      const second = await plan({ repositoryId, number: 13 }, artifact(name), artifact(`${name}-b`));
      assert.deepEqual(
        second.builds.map((build) => build.artifact.service.name),
        [`${name}-b`],
      );
      assert.deepEqual(second.conflicts, [
        {
          kind: 'version',
          artifact: artifact(name),
          owner: {
            owner: 'acme',
            repo: 'orders',
            number: 12,
            mergeCommit: `abc1234${'0'.repeat(33)}`,
            published: false,
          },
        },
      ]);
      const [build] = await store.buildsOf(second.mergeId);
      assert.equal(build?.state, 'ended');
      assert.ok(build?.endedAt);
      assert.equal(build?.outcome?.verdict, 'refused');
      assert.equal(build?.outcome?.reason, `${name}:1.4.2 is reserved by acme/orders#12 (commit abc1234).`);
      assert.equal(build?.outcome?.help, 'Choose another version, for example 1.4.3, the next free one.');
      assert.deepEqual(await store.settlePlan(second.mergeId, publishing()), {
        builds: second.builds,
        conflicts: second.conflicts,
      });
      assert.equal(await store.claim(build?.id ?? ''), undefined);
    });

    test('a published version is refused for good, and the next free one is proposed', async () => {
      const name = `svc-${fresh()}`;
      const repositoryId = fresh();
      const { build, lease } = await claimed({ repositoryId, number: 12 }, artifact(name));
      await store.endBuild(build.id, lease, published());
      await plan({ repositoryId }, artifact(name, '1.4.3'));
      const { mergeId } = await plan({ repositoryId }, artifact(name));
      const [second] = await store.buildsOf(mergeId);
      assert.match(second?.outcome?.reason ?? '', /^svc-\d+:1\.4\.2 is already published by acme\/orders#12 \(commit /);
      assert.match(second?.outcome?.help ?? '', /1\.4\.4/);
    });

    for (const verdict of ['failed', 'refused', 'cancelled', 'skipped'] as const) {
      test(`a build that ended as ${verdict} lets its version go`, async () => {
        const name = `svc-${fresh()}`;
        const repositoryId = fresh();
        const { build, lease } = await claimed({ repositoryId }, artifact(name));
        await store.endBuild(build.id, lease, failed({ verdict }));
        assert.deepEqual((await plan({ repositoryId }, artifact(name))).conflicts, []);
      });
    }

    test('of two merges that want a version at the same time, one gets it', async () => {
      const name = `svc-${fresh()}`;
      const repositoryId = fresh();
      const merges = await Promise.all([1, 2, 3, 4].map(() => store.takeIn(newMerge({ repositoryId }))));
      const plans = await Promise.all(merges.map(({ id }) => store.settlePlan(id, publishing(artifact(name)))));
      assert.deepEqual(plans.map(({ builds }) => builds.length).sort(), [0, 0, 0, 1]);
    });

    test('a service belongs to the repository that claimed it first, also when two claim it at the same time', async () => {
      const name = `svc-${fresh()}`;
      const merges = await Promise.all(['a', 'b', 'c'].map((repo) => store.takeIn(newMerge({ repo }))));
      const plans = await Promise.all(
        merges.map(({ id }, index) => store.settlePlan(id, publishing(artifact(name, `1.0.${index}`)))),
      );
      assert.deepEqual(plans.map(({ builds }) => builds.length).sort(), [0, 0, 1]);
      const winner = ['a', 'b', 'c'][plans.findIndex(({ builds }) => builds.length === 1)];
      const conflicts = plans.flatMap((settled) => settled.conflicts);
      assert.deepEqual(
        conflicts.map(({ kind, owner }) => [kind, owner]),
        Array(2).fill(['service', { owner: 'acme', repo: winner }]),
      );
    });

    test('a claim without a publication ends with its builds; one publication makes it firm', async () => {
      const name = `svc-${fresh()}`;
      const first = await claimed({ repo: 'first' }, artifact(name));
      await store.endBuild(first.build.id, first.lease, failed());
      const second = await claimed({ repo: 'second' }, artifact(name));
      await store.endBuild(second.build.id, second.lease, published());
      const third = await plan({ repo: 'third' }, artifact(name, '2.0.0'));
      assert.deepEqual(
        third.conflicts.map(({ kind, owner }) => [kind, owner.repo]),
        [['service', 'second']],
      );
      const [build] = await store.buildsOf(third.mergeId);
      assert.equal(build?.outcome?.reason, `The service ${name} belongs to acme/second.`);
    });

    test('who has taken a build up last holds it; those before have lost it, and change nothing', async () => {
      const first = await claimed({}, artifact(`svc-${fresh()}`));
      const { id } = first.build;
      const second = (await store.claim(id)) ?? assert.fail('no second claim');
      assert.equal(second.lease, first.lease + 1);
      const before = await store.build(id);
      const staged = { digest: 'sha256:1', repository: 'r', tag: 't', imageId: 'i', engineId: 'e' };
      await assert.rejects(store.enterPhase(id, first.lease, 'fetch'), refused('lease-lost'));
      await assert.rejects(store.leavePhase(id, first.lease, 'fetch'), refused('lease-lost'));
      await assert.rejects(store.recordStaged(id, first.lease, staged), refused('lease-lost'));
      await assert.rejects(store.beginPublication(id, first.lease), refused('lease-lost'));
      await assert.rejects(store.endBuild(id, first.lease, published()), refused('lease-lost'));
      assert.deepEqual(await store.build(id), before);
      await store.recordStaged(id, second.lease, staged);
      assert.deepEqual((await store.claim(id))?.build.staged, staged);
    });

    test('a build that has ended is neither taken up nor ended again', async () => {
      const { build, lease } = await claimed({}, artifact(`svc-${fresh()}`));
      await store.endBuild(build.id, lease, published());
      assert.equal(await store.claim(build.id), undefined);
      await assert.rejects(store.endBuild(build.id, lease, failed()), refused('lease-lost'));
      const ended = await store.build(build.id);
      assert.equal(ended?.state, 'ended');
      // Dates within it are dates again.
      assert.deepEqual(ended?.outcome, published());
      assert.ok(ended?.startedAt && ended.endedAt && ended.startedAt <= ended.endedAt);
    });

    test('a phase has the time it took; entered again, it begins anew', async () => {
      const { build, lease } = await claimed({}, artifact(`svc-${fresh()}`));
      await store.enterPhase(build.id, lease, 'fetch');
      assert.equal((await store.build(build.id))?.phase, 'fetch');
      const timing = await store.leavePhase(build.id, lease, 'fetch');
      assert.ok(timing.endedAt && timing.endedAt >= timing.startedAt);
      await store.enterPhase(build.id, lease, 'build');
      const { timings } = (await store.build(build.id)) ?? assert.fail('no build');
      assert.deepEqual(timings.fetch, timing);
      assert.equal(timings.build?.endedAt, undefined);
      await store.enterPhase(build.id, lease, 'fetch');
      const again = (await store.build(build.id))?.timings.fetch;
      assert.ok(again && again.endedAt === undefined && again.startedAt >= timing.startedAt);
    });

    test('a phase ends with the beginning of the next, unless another worker was in it', async () => {
      const { build, lease } = await claimed({}, artifact(`svc-${fresh()}`));
      await store.enterPhase(build.id, lease, 'fetch');
      await store.enterPhase(build.id, lease, 'build');
      const { timings } = (await store.build(build.id)) ?? assert.fail('no build');
      assert.ok(timings.fetch?.endedAt && timings.build);
      assert.deepEqual(timings.fetch.endedAt, timings.build.startedAt);
      const second = (await store.claim(build.id)) ?? assert.fail('no claim');
      await store.enterPhase(build.id, second.lease, 'push');
      const after = (await store.build(build.id))?.timings;
      assert.deepEqual(after?.fetch, timings.fetch);
      assert.equal(after?.build?.endedAt, undefined);
      assert.ok(after?.push);
    });

    test('a cancel before the publication prevents it; one after it comes too late', async () => {
      const first = await claimed({}, artifact(`svc-${fresh()}`));
      assert.equal(await store.requestCancel(first.build.id, 'ada'), 'cancelling');
      assert.equal((await store.build(first.build.id))?.cancelRequested, true);
      assert.equal(await store.beginPublication(first.build.id, first.lease), false);
      await store.endBuild(first.build.id, first.lease, failed({ verdict: 'cancelled' }));
      assert.equal(await store.requestCancel(first.build.id, 'ada'), 'ended');

      const second = await claimed({}, artifact(`svc-${fresh()}`));
      assert.equal(await store.beginPublication(second.build.id, second.lease), true);
      assert.equal(await store.requestCancel(second.build.id, 'ada'), 'too-late');
      // The worker died in the middle: whoever takes the build up goes on, and the cancel stays too late.
      const resumed = (await store.claim(second.build.id)) ?? assert.fail('no claim');
      assert.equal(await store.requestCancel(second.build.id, 'ada'), 'too-late');
      assert.equal(resumed.build.cancelRequested, false);
      assert.equal(await store.beginPublication(second.build.id, resumed.lease), true);
    });

    test('builds are listed newest first, in pages', async () => {
      const list = (limit: number, before?: string) =>
        store.listBuilds({ limit, ...(before === undefined ? {} : { before }) });
      const ids: string[] = [];
      for (let count = 0; count < 4; count += 1) {
        const { builds } = await plan({ repo: 'listed' }, artifact(`svc-${fresh()}`));
        ids.unshift(builds[0]?.id ?? '');
      }
      const all = await list(4);
      assert.deepEqual(
        all.map(({ build }) => build.id),
        ids,
      );
      assert.ok(all.every(({ build, merge }) => build.mergeId === merge.id && merge.repo === 'listed'));
      assert.deepEqual(
        (await list(2, ids[1])).map(({ build }) => build.id),
        [ids[2], ids[3]],
      );
      assert.deepEqual(await list(5, 'nobody'), []);
    });

    test('the last published build before one is of the same service', async () => {
      const name = `svc-${fresh()}`;
      const repositoryId = fresh();
      const ids: string[] = [];
      for (const [version, outcome] of [
        ['1.0.0', published()],
        ['1.0.1', published()],
        ['1.0.2', failed()],
      ] as const) {
        const { build, lease } = await claimed({ repositoryId }, artifact(name, version));
        await store.endBuild(build.id, lease, outcome);
        ids.push(build.id);
      }
      const { build } = await claimed({ repositoryId }, artifact(name, '1.0.3'));
      assert.equal((await store.previousPublished(name, build.id))?.id, ids[1]);
      assert.equal((await store.previousPublished(name, ids[1] ?? ''))?.id, ids[0]);
      assert.equal(await store.previousPublished(name, ids[0] ?? ''), undefined);
    });

    test('a build that is given back waits again, for whoever takes it up next', async () => {
      const { build, lease } = await claimed({}, artifact(`svc-${fresh()}`));
      await store.giveBack(build.id, lease, { waitSeconds: 0 });
      assert.equal((await store.build(build.id))?.state, 'queued');
      await assert.rejects(store.giveBack(build.id, lease, { waitSeconds: 0 }), refused('lease-lost'));
      assert.equal((await store.claim(build.id))?.lease, lease + 1);
    });

    test('a build that waits has a place among those that do', async () => {
      const first = await plan({}, artifact(`svc-${fresh()}`));
      const second = await plan({}, artifact(`svc-${fresh()}`));
      const places = await Promise.all([first, second].map(({ builds }) => store.place(builds[0]?.id ?? '')));
      assert.ok(places[0] !== undefined && places[1] !== undefined && places[0] < places[1]);
      await store.claim(first.builds[0]?.id ?? '');
      assert.equal(await store.place(first.builds[0]?.id ?? ''), undefined);
      assert.equal(await store.place(second.builds[0]?.id ?? ''), places[1] - 1);
    });

    test('what waits and what runs is counted', async () => {
      const before = await store.counts();
      await store.takeIn(newMerge());
      await plan({}, artifact(`svc-${fresh()}`));
      const { build, lease } = await claimed({}, artifact(`svc-${fresh()}`));
      const { oldestQueued, ...counts } = await store.counts();
      assert.ok(oldestQueued);
      assert.deepEqual(counts, {
        queued: before.queued + 1,
        running: before.running + 1,
        waitingMerges: before.waitingMerges + 1,
      });
      await store.endBuild(build.id, lease, failed());
      assert.equal((await store.counts()).running, before.running);
    });

    test('a log comes back in order, from where the reader is', async () => {
      const { build } = await claimed({}, artifact(`svc-${fresh()}`));
      assert.deepEqual(await store.readLog(build.id), []);
      await store.appendLog(build.id, 'one\n');
      await store.appendLog(build.id, '');
      await Promise.all([store.appendLog(build.id, 'two\n', 'step-2'), store.appendLog(build.id, 'three\n', 'step-2')]);
      const chunks = await store.readLog(build.id);
      assert.equal(chunks[0]?.text, 'one\n');
      assert.equal(chunks[0]?.stepId, undefined);
      assert.deepEqual(
        chunks
          .slice(1)
          .map(({ text, stepId }) => `${stepId} ${text}`)
          .sort(),
        ['step-2 three\n', 'step-2 two\n'],
      );
      assert.ok(chunks[0]?.at instanceof Date);
      assert.deepEqual(await store.readLog(build.id, chunks[0]?.seq), chunks.slice(1));
    });

    test('of a log over the limit the head half and the tail half are kept, and what lies between is counted', async () => {
      const { build } = await claimed({}, artifact(`svc-${fresh()}`));
      let written = 0;
      for (let line = 0; line < 300; line += 2) {
        const text = `line ${line} ⚓\nline ${line + 1} ⚓\n`;
        written += Buffer.byteLength(text);
        await store.appendLog(build.id, text);
      }
      const chunks = await store.readLog(build.id);
      const text = chunks.map((chunk) => chunk.text).join('');
      const found = /\n\.\.\. (\d+) bytes left out \.\.\.\n/.exec(text) ?? assert.fail('no marker');
      assert.equal(text.match(/left out/g)?.length, 1);
      const [head = '', tail = ''] = text.split(found[0]);
      assert.ok(head.startsWith('line 0 ⚓\nline 1 ⚓\n'));
      assert.ok(tail.endsWith('line 298 ⚓\nline 299 ⚓\n'));
      assert.ok(Buffer.byteLength(head) <= 1000 && Buffer.byteLength(head) > 950, `${Buffer.byteLength(head)}`);
      assert.ok(Buffer.byteLength(tail) <= 1000 && Buffer.byteLength(tail) > 750, `${Buffer.byteLength(tail)}`);
      assert.equal(Buffer.byteLength(head) + 1 + Buffer.byteLength(tail) + Number(found[1]), written);
    });

    test('a log that comes in one piece is kept in chunks within the limit', async () => {
      const { build } = await claimed({}, artifact(`svc-${fresh()}`));
      await store.appendLog(build.id, `${'⚓'.repeat(5000)}end`);
      const text = (await store.readLog(build.id)).map((chunk) => chunk.text).join('');
      assert.ok(Buffer.byteLength(text) < 2100);
      assert.ok(text.startsWith('⚓⚓⚓') && text.endsWith('⚓end') && !text.includes('\ufffd'));
    });

    test('how a check was written is kept for each merge, subject and commit, and the id of the comment', async () => {
      const { id } = await store.takeIn(newMerge());
      const key = { subject: 'orders', commit: 'head' } as const;
      assert.equal(await store.check(id, key), undefined);
      const [queued, done] = [
        { status: 'queued', sure: false },
        { id: 9_007_199_254_740_991, status: 'completed', sure: true },
      ];
      assert.equal(await store.replaceCheck(id, key, undefined, queued), true);
      assert.deepEqual(await store.check(id, key), queued);
      assert.equal(await store.replaceCheck(id, key, queued, done), true);
      await store.replaceCheck(id, { ...key, commit: 'merge' }, undefined, { id: 43, status: 'queued', sure: true });
      assert.deepEqual(await store.check(id, key), done);
      // Whoever knows less than what is there changes nothing.
      for (const known of [
        undefined,
        queued,
        { ...done, id: 44 },
        { ...done, sure: false },
        { ...done, status: 'x' },
      ]) {
        assert.equal(await store.replaceCheck(id, key, known, { status: 'late', sure: true }), false);
      }
      assert.deepEqual(await store.check(id, key), done);
      assert.deepEqual(await store.check(id, { ...key, commit: 'merge' }), { id: 43, status: 'queued', sure: true });
      assert.equal(await store.check(id, { ...key, subject: 'plan' }), undefined);
      assert.equal((await store.merge(id))?.comment, undefined);
      const comment = { id: 5_000_000_000, sha256: 'a'.repeat(64) };
      await store.rememberComment(id, comment);
      assert.deepEqual((await store.merge(id))?.comment, comment);
    });

    test('a value is kept under its name, and made once where there is none', async () => {
      const key = `key-${fresh()}`;
      assert.equal(await store.recall(key), undefined);
      const values = await Promise.all(['a', 'b', 'c'].map((value) => store.recallOr(key, () => value)));
      assert.equal(new Set(values).size, 1);
      assert.equal(await store.recall(key), values[0]);
      await store.remember(key, 'other');
      assert.equal(await store.recallOr(key, () => assert.fail('made again')), 'other');
    });

    test('what nobody knows is not found', async () => {
      assert.equal(await store.merge('nobody'), undefined);
      assert.equal(await store.build('nobody'), undefined);
      assert.equal(await store.claim('nobody'), undefined);
      assert.equal(await store.requestCancel('nobody', 'ada'), 'unknown');
      assert.equal(await store.nextUnplanned(fresh()), undefined);
      await assert.rejects(store.settlePlan('nobody', publishing()), refused('store-failed'));
    });

    test('a statement that fails says what was tried, and nothing of the data', async () => {
      await assert.rejects(store.appendLog('s3cret', 's3cret'), (error: unknown) => {
        assert.ok(error instanceof SlipwayError && error.cause instanceof Error);
        assert.equal(error.code, 'store-failed');
        assert.equal(error.message, 'The store failed while keeping a log.');
        return true;
      });
      await store.ping();
    });
  });
}
