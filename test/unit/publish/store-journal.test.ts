import assert from 'node:assert/strict';
import { it } from 'node:test';
import { storeJournal } from '../../../src/publish/store-journal.ts';
import type { Store } from '../../../src/store/store.ts';
import { sampleBuild, sampleMerge } from '../../support/sample-merge.ts';

/** A journal whose rows are kept when the test says so, and what happened in which order. */
function journal() {
  const happened: string[] = [];
  const row = Promise.withResolvers<void>();
  const store = {
    enterPhase: async (_id: string, _lease: number, phase: string) => {
      await row.promise;
      happened.push(`${phase} is kept`);
    },
    leavePhase: async (_id: string, _lease: number, phase: string) => {
      happened.push(`the end of ${phase} is kept`);
      return { startedAt: new Date() };
    },
  } as unknown as Store;
  const watch = { phase: () => undefined, staged: () => undefined, built: () => undefined, event: () => undefined };
  const { phase } = storeJournal(store, { build: sampleBuild(), merge: sampleMerge(), lease: 1 }, watch);
  const work = (name: string) => async () => {
    happened.push(`${name} works`);
    return name;
  };
  return { phase, work, row, happened };
}

it('a phase that leaves nothing behind begins beside its row, and ends after it', async () => {
  const { phase, work, row, happened } = journal();
  const ended = phase('build', work('build'));
  await new Promise(setImmediate);
  assert.deepEqual(happened, ['build works']);
  row.resolve();
  assert.equal(await ended, 'build');
  assert.deepEqual(happened, ['build works', 'build is kept']);
});

it('a push begins when it is on record', async () => {
  const { phase, work, row, happened } = journal();
  const ended = phase('push', work('push'));
  await new Promise(setImmediate);
  assert.deepEqual(happened, []);
  row.resolve();
  await ended;
  assert.deepEqual(happened, ['push is kept', 'push works', 'the end of push is kept']);
});

it('a phase whose row cannot be kept, nor once its work has ended, fails then', async () => {
  const { phase, row, happened } = journal();
  const worked = Promise.withResolvers<void>();
  const ended = phase('fetch', async () => {
    await worked.promise;
    happened.push('fetch ended');
  });
  row.reject(new Error('the store is away'));
  await new Promise(setImmediate);
  worked.resolve();
  await assert.rejects(ended, /the store is away/);
  assert.deepEqual(happened, ['fetch ended']);
});
