import type { Build } from '../build-terms.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * Lets go of the sources of merges that have their verdicts, and of what a crash left behind.
 *
 * @param pressing also of those of builds that wait: what fills the disk must not keep it from being built; they are
 *   fetched again
 */
export async function tidySources(
  { store, shelf }: Pick<Pipeline, 'store' | 'shelf'>,
  { pressing = false }: { readonly pressing?: boolean } = {},
): Promise<void> {
  await shelf.tidy(async (mergeId) => {
    const merge = await store.merge(mergeId);
    if (merge === undefined) return undefined;
    const isWanted = ({ state }: Build): boolean => (pressing ? state === 'running' : state !== 'ended');
    return (merge.plan === undefined && !pressing) || (await store.buildsOf(mergeId)).some(isWanted);
  });
}
