import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { takeActIn } from '../../../src/receive/take-act-in.ts';
import { takeRepositoryChange } from '../../../src/receive/take-repository-change.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { memoryStore } from '../../support/memory-store.ts';

const around = {
  installation: { id: 7 },
  repository: { id: 42, name: 'orders', html_url: 'https://github.com/acme/orders', owner: { login: 'acme' } },
  sender: { login: 'ada' },
};

function intake(allowed: 'yes' | 'no' = 'yes') {
  const { log, text } = memoryLog();
  return { store: memoryStore(), owners: { isAllowed: () => allowed }, log, text };
}

describe('takeActIn', () => {
  it('keeps a button of ours, once for a delivery', async () => {
    const { store, ...rest } = intake();
    const payload = {
      ...around,
      action: 'requested_action',
      check_run: { id: 9 },
      requested_action: { identifier: 'cancel' },
    };
    for (const _ of [1, 2]) await takeActIn({ id: 'd1', name: 'check_run', payload }, { store, ...rest });
    const act = { repositoryId: 42, installationId: 7, owner: 'acme', repo: 'orders', sender: 'ada', deliveryId: 'd1' };
    assert.deepEqual(store.acts, [{ ...act, what: 'cancel', about: { checkRunId: 9 } }]);
  });

  it('takes a re-run of a check or of a suite for a Rebuild', async () => {
    const { store, ...rest } = intake();
    const sha = '1'.repeat(40);
    await takeActIn(
      { id: 'd1', name: 'check_run', payload: { ...around, action: 'rerequested', check_run: { id: 9 } } },
      { store, ...rest },
    );
    await takeActIn(
      { id: 'd2', name: 'check_suite', payload: { ...around, action: 'rerequested', check_suite: { head_sha: sha } } },
      { store, ...rest },
    );
    assert.deepEqual(
      store.acts.map(({ what, about }) => ({ what, about })),
      [
        { what: 'rebuild', about: { checkRunId: 9 } },
        { what: 'rebuild', about: { headSha: sha } },
      ],
    );
  });

  it('keeps only what a database can hold', async () => {
    const { store, ...rest } = intake();
    const odd = 'a\0b\ud800c';
    const about = { ...around, repository: { ...around.repository, name: odd }, sender: { login: odd } };
    const events = [
      { name: 'check_run', action: 'requested_action', requested_action: { identifier: `set:${odd}` } },
      { name: 'check_suite', action: 'rerequested', check_suite: { head_sha: '1'.repeat(40) } },
      {
        name: 'issue_comment',
        issue: { number: 3, pull_request: {} },
        comment: { id: 1, body: '/slipway build' },
      },
    ];
    for (const [id, { name, ...event }] of events.entries())
      await takeActIn(
        { id: `d${id}`, name, payload: { ...about, check_run: { id: 9 }, ...event } },
        { store, ...rest },
      );
    assert.equal(store.acts.length, 3);
    assert.doesNotMatch(JSON.stringify(store.acts), /\\u0000|\\ud800/);
  });

  it('says why it keeps nothing: another button, a payload that lacks something, an owner who is not served', async () => {
    const { store, text, ...rest } = intake();
    const other = {
      ...around,
      action: 'requested_action',
      check_run: { id: 9 },
      requested_action: { identifier: 'fix-this' },
    };
    await takeActIn({ id: 'd1', name: 'check_run', payload: other }, { store, ...rest });
    await takeActIn({ id: 'd2', name: 'check_run', payload: { action: 'rerequested' } }, { store, ...rest });
    const foreign = intake('no');
    await takeActIn(
      { id: 'd3', name: 'check_run', payload: { ...around, action: 'rerequested', check_run: { id: 9 } } },
      foreign,
    );
    assert.deepEqual([store.acts, foreign.store.acts], [[], []]);
    assert.match(text(), /no button of ours/);
    assert.match(foreign.text(), /not among the accounts/);
  });
});

describe('takeRepositoryChange', () => {
  it('gives a renamed repository its new name, by its id', async () => {
    const { store, ...rest } = intake();
    store.merges.set('m', { repositoryId: 42, owner: 'acme', repo: 'old' } as never);
    await takeRepositoryChange(
      { id: 'd', name: 'repository', payload: { ...around, action: 'renamed' } },
      { store, ...rest },
    );
    assert.equal(store.merges.get('m')?.repo, 'orders');
  });

  it('takes no name that a database cannot hold, and no address that is none of the web', async () => {
    const { store, text, ...rest } = intake();
    const taken: unknown[] = [];
    store.moveRepository = async (_, to) => void taken.push(to);
    for (const change of [{ name: 'a\0b\ud800' }, { html_url: 'javascript:alert(1)' }, { html_url: 'x' }]) {
      const payload = { action: 'renamed', repository: { ...around.repository, ...change } };
      await takeRepositoryChange({ id: 'd', name: 'repository', payload }, { store, ...rest });
    }
    assert.deepEqual(taken, [{ owner: 'acme', repo: 'a\uFFFDb\uFFFD', url: 'https://github.com/acme/orders' }]);
    assert.equal(text().match(/not usable/g)?.length, 2);
  });

  it('ends what waits where a repository is out of reach', async () => {
    const events = [
      { name: 'installation', payload: { action: 'deleted', installation: { id: 7 } } },
      { name: 'installation', payload: { action: 'suspend', installation: { id: 7 } } },
      { name: 'installation_repositories', payload: { action: 'removed', repositories_removed: [{ id: 42 }] } },
      { name: 'repository', payload: { ...around, action: 'deleted' } },
    ];
    for (const event of events) {
      const { store, ...rest } = intake();
      await takeRepositoryChange({ id: 'd', ...event }, { store, ...rest });
      assert.equal(store.asked.get('abandon'), 1, `${event.name} ${event.payload.action}`);
    }
    const { store, text, ...rest } = intake();
    await takeRepositoryChange({ id: 'd', name: 'repository', payload: { action: 'deleted' } }, { store, ...rest });
    assert.equal(store.asked.get('abandon'), undefined);
    assert.match(text(), /not usable/);
  });
});
