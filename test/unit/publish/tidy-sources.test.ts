import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SourceShelf } from '../../../src/publish/open-source-shelf.ts';
import { tidySources } from '../../../src/publish/tidy-sources.ts';
import type { MergeRecord, Store } from '../../../src/store/store.ts';
import { sampleBuild, sampleMerge } from '../../support/sample-merge.ts';

const merges: Readonly<Record<string, 'unplanned' | 'queued' | 'running' | 'ended'>> = {
  unplanned: 'unplanned',
  queued: 'queued',
  running: 'running',
  ended: 'ended',
};

/** The sources that stay. */
async function kept(options?: { pressing: boolean }): Promise<readonly string[]> {
  const store = {
    async merge(id: string) {
      const state = merges[id];
      if (state === undefined) return undefined;
      const plan = state === 'unplanned' ? {} : { plan: { kind: 'publish', artifacts: [] } };
      return { ...sampleMerge({ id }), receivedAt: new Date(), ...plan } as MergeRecord;
    },
    async buildsOf(id: string) {
      const state = merges[id];
      return state === undefined || state === 'unplanned' ? [] : [sampleBuild({ state })];
    },
  } as unknown as Store;
  const stays: string[] = [];
  const shelf = {
    async tidy(wanted: (mergeId: string) => Promise<boolean | undefined>) {
      for (const id of [...Object.keys(merges), 'pull-1']) if ((await wanted(id)) !== false) stays.push(id);
    },
  } as unknown as SourceShelf;
  await tidySources({ store, shelf }, options);
  return stays;
}

it('sources stay until the verdict; what is no merge is for the shelf to decide', async () => {
  assert.deepEqual(await kept(), ['unplanned', 'queued', 'running', 'pull-1']);
});

it('when room is pressing only those of running builds stay: the others can be fetched again', async () => {
  assert.deepEqual(await kept({ pressing: true }), ['running', 'pull-1']);
});
