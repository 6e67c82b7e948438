import type { Pipeline } from './pipeline.ts';

/** Lets go of the sources of merges that have their verdicts, and of what a crash left behind. */
export async function tidySources({ store, shelf }: Pick<Pipeline, 'store' | 'shelf'>): Promise<void> {
  await shelf.tidy(async (mergeId) => {
    const merge = await store.merge(mergeId);
    if (merge === undefined) return undefined;
    return merge.plan === undefined || (await store.buildsOf(mergeId)).some(({ state }) => state !== 'ended');
  });
}
