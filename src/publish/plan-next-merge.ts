import { SlipwayError } from '../errors.ts';
import { listTouchedFiles } from '../fetch/list-touched-files.ts';
import { readAlthoughLeftOut } from '../fetch/read-although-left-out.ts';
import { readFromGitHub } from '../fetch/read-from-github.ts';
import type { Source } from '../fetch/source.ts';
import type { GitHub } from '../github.ts';
import { addToLogContext } from '../log.ts';
import { configurationPath } from '../plan/configuration.ts';
import { settleBump } from '../plan/settle-bump.ts';
import type { Merge, Plan } from '../terms.ts';
import type { Pipeline } from './pipeline.ts';
import { planTree, type Tree } from './plan-tree.ts';
import { publishedVersions } from './published-versions.ts';
import { refusedPlan } from './refused-plan.ts';
import { orTooEarly } from './too-early.ts';

const defaultBranch = 'develop';

/**
 * Step 2, plan: settles what the earliest unplanned merge of a repository publishes.
 *
 * @throws {SlipwayError} when GitHub or the store cannot be reached: the merge is planned again later
 */
export async function planNextMerge(pipeline: Pipeline, repositoryId: number, signal: AbortSignal): Promise<void> {
  const merge = await pipeline.store.nextUnplanned(repositoryId);
  if (merge === undefined) return;
  addToLogContext({ delivery: merge.deliveryId, merge: merge.id });
  const { log } = pipeline;
  const plan = await planMerge(pipeline, merge, signal);
  const published = await publishedVersions(pipeline, plan, signal);
  const { builds, conflicts } = await pipeline.store.settlePlan(merge.id, plan, (artifact, reserved) =>
    settleBump(artifact, [...(published.get(artifact.service.name) ?? []), ...reserved]),
  );
  const artifacts =
    plan.kind === 'publish' ? builds.map(({ artifact }) => `${artifact.service.name}:${artifact.version}`) : undefined;
  log.info(
    {
      plan: plan.kind,
      ...(artifacts === undefined ? {} : { artifacts }),
      ...('reason' in plan ? { reason: plan.reason } : {}),
      ...(plan.kind === 'refused' ? { reason: plan.refusal.reason } : {}),
      builds: builds.map((build) => build.id),
      conflicts: conflicts.length,
    },
    `planned ${merge.owner}/${merge.repo}#${merge.number}`,
  );
  if (builds.length === 0) await pipeline.shelf.release(merge.id);
}

async function planMerge(pipeline: Pipeline, merge: Merge, signal: AbortSignal): Promise<Plan> {
  if (!(await pipeline.mayServe(merge.owner))) {
    return { kind: 'ignored', reason: `${merge.owner} is not among the accounts that are served (ALLOWED_OWNERS)` };
  }
  const github = await pipeline.github(merge.installationId);
  try {
    return await readPlan(pipeline, merge, github, signal);
  } catch (thrown) {
    const error = orTooEarly(thrown, merge.mergedAt);
    if (
      !(error instanceof SlipwayError) ||
      error.transient ||
      error.code === 'cancelled' ||
      error.code === 'store-failed'
    )
      throw error;
    return refusedPlan(error);
  }
}

async function readPlan(pipeline: Pipeline, merge: Merge, github: GitHub, signal: AbortSignal): Promise<Plan> {
  const fromGitHub = treeOnGitHub(github, merge);
  // The source is needed anyway when a build can start at once: package.json and slipway.yml are then read from it, and
  // GitHub is asked for nothing else. A branch that only slipway.yml can name is asked for first.
  const early = merge.baseRef === defaultBranch && pipeline.slotFree() && !(await pipeline.isShort());
  // Known by the time that the build is taken up; whoever takes it up asks again where it is not.
  if (early) pipeline.obstacle().catch(() => undefined);
  const { read } = early ? ((await treeOfSource(pipeline, merge, fromGitHub, signal)) ?? fromGitHub) : fromGitHub;
  const text = await read(configurationPath);
  // GitHub tells of no push: what a merge brings is how a branch's new slipway.yml becomes known.
  const [plan] = await Promise.all([
    planTree(pipeline, github, merge, text, { read, touchedFiles: listTouchedFiles(github, merge) }),
    pipeline.store.noticeBranchText(merge.repositoryId, merge.baseRef, configurationPath, text),
  ]);
  return plan;
}

/** Undefined when the archive cannot be used: the build will say why, with a verdict. */
async function treeOfSource(
  pipeline: Pipeline,
  merge: Merge,
  fromGitHub: Pick<Tree, 'read'>,
  signal: AbortSignal,
): Promise<Pick<Tree, 'read'> | undefined> {
  let source: Source;
  try {
    source = await pipeline.shelf.obtain(merge, () => pipeline.githubAtOnce(merge.installationId), signal);
  } catch (thrown) {
    const error = orTooEarly(thrown, merge.mergedAt);
    if (!(error instanceof SlipwayError) || error.transient || error.code === 'cancelled') throw error;
    pipeline.log.warn({ err: error, merge: merge.id }, 'the archive cannot be used, planning from single files');
    return undefined;
  }
  return {
    read: (file) =>
      file === configurationPath ? readAlthoughLeftOut(source, file, fromGitHub.read) : source.read(file),
  };
}

function treeOnGitHub(github: GitHub, merge: Merge): Pick<Tree, 'read'> {
  return {
    read: (file) =>
      readFromGitHub({ github, owner: merge.owner, repo: merge.repo, ref: merge.mergeCommit, path: file }),
  };
}
