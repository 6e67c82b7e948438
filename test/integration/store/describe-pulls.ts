import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Store } from '../../../src/store/store.ts';
import type { Artifact, PullRequest } from '../../../src/terms.ts';
import { until } from '../../support/until.ts';
import type { Places } from './places.ts';
import { artifact, failed, fresh, newMerge, published, publishing } from './samples.ts';

/** What every store does with open pull requests, their claims and their checks. */
export function describePulls(name: string, places: () => Places): void {
  describe(`open pull requests in ${name}`, () => {
    let store: Store;
    /** Heads whose check was asked for. */
    const checks: string[] = [];
    before(async () => {
      store = await (await places().make()).store();
      await store.workPlanChecks(async (_, headSha) => void checks.push(headSha));
    });
    after(async () => {
      await store.stopWork(0);
      await store.close();
    });

    const newPull = (given: Partial<PullRequest> = {}): PullRequest => {
      const number = fresh();
      return {
        installationId: 7,
        repositoryId: fresh(),
        owner: 'acme',
        repo: 'orders',
        private: false,
        repositoryUrl: 'https://github.com/acme/orders',
        repositorySize: 1,
        number,
        isOpen: true,
        isDraft: false,
        headSha: String(number).padStart(40, '0'),
        baseRef: 'develop',
        title: 'One',
        labels: ['a\u0000b'],
        author: 'ada',
        updatedAt: new Date('2026-11-24T12:00:00Z'),
        ...given,
      };
    };

    /** Takes a pull request in and keeps a plan with these artifacts. */
    async function planned(given: Partial<PullRequest>, ...artifacts: Artifact[]): Promise<PullRequest> {
      const pull = newPull(given);
      await store.takePull(pull);
      await keep(pull, ...artifacts);
      return pull;
    }
    async function keep({ repositoryId, number }: PullRequest, ...artifacts: Artifact[]): Promise<void> {
      const kept = (await store.pull(repositoryId, number)) ?? assert.fail('no pull request');
      await store.keepReadPlan(kept, { plan: publishing(...artifacts), recipes: {} });
    }
    const asking = async (service: string, version: string) =>
      (await store.standing(service, version)).claims.map(({ number }) => number);
    const asked = (pull: PullRequest, times: number) =>
      until(`check ${times} of #${pull.number}`, () => checks.filter((sha) => sha === pull.headSha).length >= times);

    test('an event writes over the row, an older one that comes late does not', async () => {
      const pull = newPull();
      await store.takePull(pull);
      await store.takePull({ ...pull, title: 'Two', updatedAt: new Date('2026-11-24T12:00:05Z') });
      await store.takePull({ ...pull, title: 'Late', updatedAt: new Date('2026-11-24T12:00:03Z') });
      const kept = await store.pull(pull.repositoryId, pull.number);
      assert.deepEqual([kept?.title, kept?.isRead], ['Two', false]);
    });

    test('a plan that was read before a newer event came is not kept', async () => {
      const pull = newPull();
      await store.takePull(pull);
      const before = (await store.pull(pull.repositoryId, pull.number)) ?? assert.fail('no pull request');
      await store.takePull({ ...pull, title: 'Two' });
      await store.keepReadPlan(before, { plan: publishing(artifact('late')), recipes: {} });
      assert.equal((await store.pull(pull.repositoryId, pull.number))?.isRead, false);
      assert.deepEqual(await asking('late', '1.4.2'), []);
    });

    test('a claim keeps its place as long as its version stays, and loses it with another one', async () => {
      const service = `svc-${fresh()}`;
      const first = await planned({}, artifact(service));
      const second = await planned({}, artifact(service));
      await keep(first, artifact(service));
      assert.deepEqual(await asking(service, '1.4.2'), [first.number, second.number]);
      await asked(first, 2);
      await keep(first, artifact(service, '1.5.0'));
      await keep(first, artifact(service));
      assert.deepEqual(await asking(service, '1.4.2'), [second.number, first.number]);
      assert.deepEqual((await store.standing(service)).claimed, ['1.4.2']);
    });

    test('a branch’s text that changes has the plans of its other open pull requests read anew, once', async () => {
      const repositoryId = fresh();
      const mine = await planned({ repositoryId });
      const other = await planned({ repositoryId });
      const elsewhere = await planned({ repositoryId, baseRef: 'main' });
      const closed = await planned({ repositoryId });
      await store.takePull({ ...closed, isOpen: false });
      const unread = async () => {
        const pulls = await Promise.all([mine, other, elsewhere].map(({ number }) => store.pull(repositoryId, number)));
        return pulls.flatMap((pull) => (pull?.isRead ? [] : [pull?.number]));
      };
      const change = (text: string) =>
        store.keepBranchText(repositoryId, 'develop', 'x.yml', { ref: 'develop', text }, mine.number);
      await store.noticeBranchText(repositoryId, 'develop', 'x.yml', 'one');
      await change('one');
      await change('one');
      await store.noticeBranchText(repositoryId, 'develop', 'x.yml', 'one');
      assert.deepEqual(await unread(), []);
      await change('nul \u0000');
      assert.deepEqual(await unread(), [other.number]);
      await keep(other);
      await change('nul \u0000');
      assert.deepEqual(await unread(), []);
      await store.noticeBranchText(repositoryId, 'develop', 'x.yml', undefined);
      assert.deepEqual(await unread(), [mine.number, other.number]);
      assert.equal((await store.text(repositoryId, 'develop', 'x.yml'))?.text, 'nul \ufffd');
      assert.equal((await store.pull(repositoryId, closed.number))?.isOpen, false);
    });

    test('a text is kept with all that is known of it, and written over whole', async () => {
      const { repositoryId } = await planned({});
      const known = {
        ref: '1'.repeat(40),
        etag: 'W/"1"',
        text: 'one\n',
        isPlain: true,
        mergeBase: '2'.repeat(40),
        patch: '@@ -1 +1 @@\n-zero\n+one',
        commits: 3,
      };
      await store.keepText(repositoryId, 'pull:1', 'a/x', known);
      assert.deepEqual(await store.text(repositoryId, 'pull:1', 'a/x'), known);
      await store.keepText(repositoryId, 'pull:1', 'a/x', { ref: '3'.repeat(40) });
      assert.deepEqual(await store.text(repositoryId, 'pull:1', 'a/x'), { ref: '3'.repeat(40), isPlain: false });
    });

    test('how many commits a pull request has is kept, and may be unknown', async () => {
      const pull = newPull({ commits: 3 });
      await store.takePull(pull);
      assert.equal((await store.pull(pull.repositoryId, pull.number))?.commits, 3);
      const { commits: _, ...rest } = pull;
      await store.takePull(rest);
      assert.equal((await store.pull(pull.repositoryId, pull.number))?.commits, undefined);
    });

    test('a bump claims no version', async () => {
      const service = `svc-${fresh()}`;
      await planned({}, { ...artifact(service, '0.1.0'), bump: 'minor' });
      assert.deepEqual(await asking(service, '0.1.0'), []);
    });

    test('what the slipway.yml of a pull request would publish is claimed as well', async () => {
      const [now, later] = [`svc-${fresh()}`, `svc-${fresh()}`];
      const pull = newPull();
      await store.takePull(pull);
      const kept = (await store.pull(pull.repositoryId, pull.number)) ?? assert.fail('no pull request');
      const next = publishing(artifact(now, '9.9.9'), artifact(later));
      await store.keepReadPlan(kept, { plan: publishing(artifact(now)), recipes: {}, next });
      assert.deepEqual(await asking(now, '1.4.2'), [pull.number]);
      assert.deepEqual(await asking(now, '9.9.9'), []);
      assert.deepEqual(await asking(later, '1.4.2'), [pull.number]);
    });

    test('a reservation asks for the checks of other repositories, to whom the service does not belong now', async () => {
      const service = `svc-${fresh()}`;
      const repositoryId = fresh();
      const ours = await planned({ repositoryId }, artifact(service, '2.0.0'));
      const theirs = await planned({}, artifact(service, '3.0.0'));
      for (const pull of [ours, theirs]) await asked(pull, 1);
      const { id } = await store.takeIn(newMerge({ repositoryId }));
      const [build] = (await store.settlePlan(id, publishing(artifact(service, '1.0.0')))).builds;
      await asked(theirs, 2);
      const claim = (await store.claim(build?.id ?? '')) ?? assert.fail('no claim');
      await store.endBuild(claim.build.id, claim.lease, failed());
      await asked(theirs, 3);
      assert.equal(checks.filter((sha) => sha === ours.headSha).length, 1);
      assert.equal((await store.standing(service)).owner, undefined);
    });

    test('a closed pull request lets its claims go, and the others’ checks are asked for', async () => {
      const service = `svc-${fresh()}`;
      const first = await planned({}, artifact(service));
      const second = await planned({}, artifact(service));
      await asked(second, 1);
      await store.takePull({ ...first, isOpen: false });
      await asked(second, 2);
      assert.deepEqual(await asking(service, '1.4.2'), [second.number]);
      assert.deepEqual(await store.pullsOfHead(first.repositoryId, first.headSha), []);
      assert.equal(await store.planAgain(first.repositoryId, first.number), false);
    });

    test('a reservation and a publication ask for the checks of the same version and of bumps, and for no others', async () => {
      const service = `svc-${fresh()}`;
      const repositoryId = fresh();
      const same = await planned({ repositoryId }, artifact(service));
      const bump = await planned({ repositoryId }, { ...artifact(service, '0.1.0'), bump: 'minor' });
      const other = await planned({ repositoryId }, artifact(service, '9.9.9'));
      for (const pull of [same, bump, other]) await asked(pull, 1);
      const { id } = await store.takeIn(newMerge({ repositoryId, number: 5 }));
      const [build] = (await store.settlePlan(id, publishing(artifact(service)))).builds;
      await asked(same, 2);
      await asked(bump, 2);
      assert.equal((await store.standing(service, '1.4.2')).holder?.published, false);
      const claim = (await store.claim(build?.id ?? '')) ?? assert.fail('no claim');
      await store.endBuild(claim.build.id, claim.lease, published());
      await asked(same, 3);
      await asked(bump, 3);
      assert.equal(checks.filter((sha) => sha === other.headSha).length, 1);
      const { holder, taken } = await store.standing(service, '1.4.2');
      assert.deepEqual([holder?.number, holder?.published, taken], [5, true, ['1.4.2']]);
    });

    test('a merge that was refused is planned again by other labels; what has a verdict of another kind is left alone', async () => {
      const service = `svc-${fresh()}`;
      const repositoryId = fresh();
      const { id } = await store.takeIn(newMerge({ repositoryId, number: 6 }));
      assert.equal(await store.planMergeAgain(id, ['1.0.0']), false, 'it has not been planned yet');
      await store.settlePlan(id, { kind: 'refused', refusal: { reason: 'No version.', help: '' } });
      assert.equal((await store.mergeOfPull(repositoryId, 6))?.id, id);
      assert.equal(await store.planMergeAgain(id, ['1.0.0']), true);
      assert.deepEqual((await store.nextUnplanned(repositoryId))?.labels, ['1.0.0']);
      const [build] = (await store.settlePlan(id, publishing(artifact(service)))).builds;
      assert.ok(build);
      assert.equal(await store.planMergeAgain(id), false);
    });

    test('a check run of ours leads to its commit, and is known to be under way before GitHub answers', async () => {
      const { repositoryId, headSha, ...pull } = await planned({}, artifact(`svc-${fresh()}`));
      const about = { installationId: 7, owner: pull.owner, repo: pull.repo, repositoryUrl: pull.repositoryUrl };
      const check = { ...about, run: 0, status: 'x', annotated: false };
      await store.keepPlanCheck(repositoryId, headSha, { ...check, sure: false });
      assert.equal(await store.isPlanBeingShown(repositoryId), true);
      const id = 41_700_000_000 + fresh();
      await store.keepPlanCheck(repositoryId, headSha, { ...check, id, sure: true });
      assert.equal(await store.isPlanBeingShown(repositoryId), false);
      assert.deepEqual(await store.planCheckOf(id), { repositoryId, headSha });
      assert.equal(await store.planCheckOf(id + 1_000_000), undefined);
    });

    test('what is gone claims nothing', async () => {
      const service = `svc-${fresh()}`;
      const { repositoryId } = await planned({}, artifact(service));
      await store.abandon({ repositoryIds: [repositoryId] }, 'The repository was deleted.');
      assert.deepEqual(await asking(service, '1.4.2'), []);
    });
  });
}
