import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createLog } from '../../../src/log.ts';
import { sweepMerges } from '../../../src/receive/sweep-merges.ts';
import type { Sweeping } from '../../../src/receive/sweeping.ts';
import type { SweepMark } from '../../../src/store/store.ts';

test('a repository that is seen for the first time starts with the very second, as GitHub tells times', async () => {
  mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-05-04T10:00:07.900Z') });
  const installations = [{ id: 1, suspended_at: null, account: { login: 'acme' } }];
  const repositories = [{ id: 7, name: 'orders', full_name: 'acme/orders', owner: { login: 'acme' } }];
  const rest = { apps: { listInstallations: 'installations', listReposAccessibleToInstallation: 'repositories' } };
  const octokit = {
    rest,
    paginate: async (what: string) => (what === 'installations' ? installations : repositories),
  };
  const kept: SweepMark[] = [];
  const sweeping = {
    app: { auth: async () => octokit },
    owners: { decide: async () => true },
    store: {
      recall: async () => undefined,
      remember: async () => undefined,
      sweepMark: async () => undefined,
      keepSweepMark: async (_: number, mark: SweepMark) => void kept.push(mark),
    },
    log: createLog('silent'),
    signal: new AbortController().signal,
  } as unknown as Sweeping;
  await sweepMerges(sweeping);
  assert.deepEqual(kept, [{ mark: new Date('2026-05-04T10:00:07Z') }]);
  mock.timers.reset();
});
