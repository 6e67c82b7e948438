import { createHash } from 'node:crypto';
import { SlipwayError } from '../errors.ts';
import type { CheckContent } from '../report/check-content.ts';
import type { OpenPlan } from '../report/open-plan.ts';
import { renderNoPlan } from '../report/render-no-plan.ts';
import { renderOpenPlan } from '../report/render-open-plan.ts';
import { writeCheck } from '../report/write-check.ts';
import type { PlanCheck, PullRecord } from '../store/store.ts';
import type { Pipeline } from './pipeline.ts';
import { registryAddress } from './registry-address.ts';
import { settlePullPlan } from './settle-pull-plan.ts';
import { orTooEarly } from './too-early.ts';

type Shown = { readonly content: CheckContent; readonly pulls: readonly PullRecord[]; readonly check: PlanCheck };

/**
 * Writes the check run `slipway / plan` of a head commit as things stand now, from what was read earlier: beside the write
 * GitHub is asked only who may write, where two claims meet, and for a run whose answer was lost. What stands there already is
 * not written.
 *
 * @throws {SlipwayError} when GitHub, the registry or the store cannot be reached: it is shown later
 */
export async function showPlan(
  pipeline: Pipeline,
  repositoryId: number,
  headSha: string,
  signal: AbortSignal,
): Promise<void> {
  for (let lost = true; lost; ) {
    const shown = await whatToShow(pipeline, repositoryId, headSha, signal);
    if (shown === undefined) return;
    lost = (await write(pipeline, repositoryId, headSha, shown)) === 'out of date';
  }
}

async function whatToShow(
  pipeline: Pipeline,
  repositoryId: number,
  headSha: string,
  signal: AbortSignal,
): Promise<Shown | undefined> {
  const { store } = pipeline;
  const known = await store.planCheck(repositoryId, headSha);
  const group = known?.mergeGroupOf;
  const pulls =
    group === undefined
      ? await store.pullsOfHead(repositoryId, headSha)
      : await pullOfGroup(pipeline, repositoryId, group);
  const [first] = pulls;
  // The job that reads the last of them shows them all.
  if (pulls.some(({ isRead }) => !isRead)) return undefined;
  const check = known ?? (first && { ...aboutCheck(first), run: 0, status: 'none', sure: true, annotated: false });
  if (check === undefined || (group === undefined && first === undefined)) return undefined;
  const plans: OpenPlan[] = [];
  for (const pull of pulls) {
    const plan = pull.read && (await settlePullPlan({ pipeline, pull, signal }, pull.read));
    if (plan !== undefined) plans.push(plan);
  }
  if (plans.length > 0) return { content: renderOpenPlan(plans, registryAddress(pipeline.registry)), pulls, check };
  // Nothing of ours is here; what was said before is taken back, and a merge queue is not held up.
  if (group === undefined && check.id === undefined) return undefined;
  return { content: renderNoPlan(check.repositoryUrl), pulls, check };
}

async function pullOfGroup({ store }: Pipeline, repositoryId: number, number: number): Promise<readonly PullRecord[]> {
  const pull = await store.pull(repositoryId, number);
  if (pull === undefined) return [];
  if (pull.isOpen && !pull.isRead) {
    throw new SlipwayError('store-failed', `The plan of #${number} has not been read yet.`, { transient: true });
  }
  return pull.isRead ? [pull] : [];
}

const aboutCheck = ({ installationId, owner, repo, repositoryUrl }: PullRecord) => ({
  installationId,
  owner,
  repo,
  repositoryUrl,
});

async function write(
  pipeline: Pipeline,
  repositoryId: number,
  headSha: string,
  { content, pulls, check }: Shown,
): Promise<'written' | 'out of date'> {
  const { store, log } = pipeline;
  const { owner, repo } = check;
  const status = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  if (check.sure && check.status === status) return 'written';
  // GitHub keeps the annotations of a run for good, so that another one takes the place of a run that has some.
  const annotated = content.annotations.length > 0;
  const isNew = check.status !== status && check.id !== undefined && (check.annotated || annotated);
  const { id: _, ...about } = check;
  const id = isNew ? undefined : check.id;
  const now: PlanCheck = {
    ...about,
    ...(id === undefined ? {} : { id }),
    run: isNew ? check.run + 1 : check.run,
    annotated,
    status,
    sure: false,
  };
  await store.keepPlanCheck(repositoryId, headSha, now);
  const isOurs = async (): Promise<boolean> => {
    const kept = await store.planCheck(repositoryId, headSha);
    return kept?.id === now.id && kept?.run === now.run && kept.status === status && !kept.sure;
  };
  const told = { pullRequests: pulls.map(({ number }) => number), conclusion: content.conclusion };
  try {
    const written = await writeCheck(await pipeline.github(check.installationId), {
      owner,
      repo,
      headSha,
      externalId: `plan:${repositoryId}:${headSha}:${now.run}`,
      content,
      mayExist: !check.sure,
      stillTrue: async () => (await isOurs()) && (await isStillTrue(pipeline, pulls)),
      ...(id === undefined ? {} : { knownId: id }),
    });
    await store.keepPlanCheck(repositoryId, headSha, { ...now, id: written, sure: true });
    log.info({ ...told, repository: `${owner}/${repo}` }, 'the plan is shown');
  } catch (thrown) {
    const error = pulls.reduce<unknown>((one, { updatedAt }) => orTooEarly(one, updatedAt), thrown);
    if (!(error instanceof SlipwayError)) throw error;
    if (error.code === 'lease-lost') {
      // Unless a worker that came behind us has written it meanwhile.
      if (await isOurs()) await store.keepPlanCheck(repositoryId, headSha, check);
      return 'out of date';
    }
    if (error.transient || error.code === 'store-failed') throw error;
    await store.keepPlanCheck(repositoryId, headSha, { ...now, status: 'none', sure: true });
    log.error({ err: error, help: error.help, ...told }, 'GitHub takes no check of this plan');
  }
  return 'written';
}

/** octokit spaces writes: meanwhile another event may have come. */
async function isStillTrue({ store }: Pipeline, pulls: readonly PullRecord[]): Promise<boolean> {
  for (const { repositoryId, number, seq, isOpen } of pulls) {
    const now = await store.pull(repositoryId, number);
    if (now?.seq !== seq || now.isOpen !== isOpen) return false;
  }
  return true;
}
