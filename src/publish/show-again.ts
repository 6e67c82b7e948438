import type { Pipeline } from './pipeline.ts';

/** Has the plans of a commit read anew and shown by a check run of their own, since GitHub has reset the one before. */
export async function showAgain(
  { store }: Pick<Pipeline, 'store'>,
  { repositoryId, headSha }: { readonly repositoryId: number; readonly headSha: string },
): Promise<void> {
  const check = await store.planCheck(repositoryId, headSha);
  if (check === undefined) return;
  const { id: _, ...about } = check;
  await store.keepPlanCheck(repositoryId, headSha, { ...about, run: check.run + 1, status: 'none', sure: true });
  for (const { number } of await store.pullsOfHead(repositoryId, headSha)) await store.planAgain(repositoryId, number);
}
