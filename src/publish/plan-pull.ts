import { setImmediate } from 'node:timers/promises';
import { SlipwayError } from '../errors.ts';
import type { GitHub } from '../github.ts';
import { configurationPath } from '../plan/configuration.ts';
import type { Plan, PullRequest, ReadPlan, Recipe } from '../terms.ts';
import { type PullFiles, pullFiles } from './head-files.ts';
import { lastingFault } from './lasting-fault.ts';
import type { Pipeline } from './pipeline.ts';
import { planTree } from './plan-tree.ts';
import { refusedPlan } from './refused-plan.ts';

/**
 * Reads what merging an open pull request would publish, and keeps it. Of a burst of events the last one is read: those
 * before it find that there is nothing to do.
 *
 * @throws {SlipwayError} when GitHub or the store cannot be reached: it is read again later
 */
export async function planPull(
  pipeline: Pipeline,
  repositoryId: number,
  number: number,
  signal: AbortSignal,
): Promise<void> {
  const pull = await pipeline.store.pull(repositoryId, number);
  if (pull === undefined || !pull.isOpen || pull.isRead) return;
  if (await pipeline.isShort()) {
    throw new SlipwayError('disk-full', 'The plan waits for room on a disk.', { transient: true });
  }
  const log = pipeline.log.child({ pullRequest: `${pull.owner}/${pull.repo}#${number}` });
  const read = await readPlan(pipeline, pull, signal);
  await pipeline.store.keepReadPlan(pull, read);
  log.info({ plan: read.plan.kind, next: read.next?.kind }, 'the plan of an open pull request was read');
}

async function readPlan(pipeline: Pipeline, pull: PullRequest, signal: AbortSignal): Promise<ReadPlan> {
  if (!(await pipeline.mayServe(pull.owner))) {
    return {
      plan: { kind: 'ignored', reason: `${pull.owner} is not among the accounts that are served` },
      recipes: {},
    };
  }
  const github = await pipeline.github(pull.installationId);
  const files = pullFiles(pipeline, github, pull, signal);
  const told = { pipeline, github, pull, files };
  try {
    // What applies is the base branch's slipway.yml, whatever the head says.
    const now = await baseText(told);
    const { plan, recipes } =
      now instanceof SlipwayError ? { plan: refusedPlan(now), recipes: {} } : await judge(told, now);
    const next = await nextPlan(told, now);
    return { plan, recipes, ...(next === undefined ? {} : { next }) };
  } finally {
    await files.close();
  }
}

type Told = {
  readonly pipeline: Pipeline;
  readonly github: GitHub;
  readonly pull: PullRequest;
  readonly files: PullFiles;
};

/** A slipway.yml that is too large is refused like one that cannot be read. */
async function baseText({ files, pull }: Told): Promise<string | undefined | SlipwayError> {
  try {
    return await files.base(configurationPath);
  } catch (error) {
    return lastingFault(error, pull);
  }
}

/** The plan by the head's own slipway.yml, where the pull request changes it. */
async function nextPlan(told: Told, now: string | undefined | SlipwayError): Promise<Plan | undefined> {
  const text = await headText(told);
  if (text === now || !(await touchesConfiguration(told))) return undefined;
  return text instanceof SlipwayError ? refusedPlan(text) : (await judge(told, text)).plan;
}

async function headText({ files, pull }: Told): Promise<string | undefined | SlipwayError> {
  try {
    return await files.head(configurationPath);
  } catch (error) {
    return lastingFault(error, pull);
  }
}

/** A head that has another file than the base branch may be behind, and bring none. */
async function touchesConfiguration({ files, pull }: Told): Promise<boolean> {
  try {
    const { paths, isComplete } = await files.touchedFiles((page) => page.includes(configurationPath));
    return !isComplete || paths.includes(configurationPath);
  } catch (error) {
    lastingFault(error, pull);
    return true;
  }
}

async function judge(
  { pipeline, github, pull, files }: Told,
  text: string | undefined,
): Promise<Pick<ReadPlan, 'plan' | 'recipes'>> {
  try {
    const plan = await planTree(pipeline, github, pull, text, { read: files.head, touchedFiles: files.touchedFiles });
    const recipes: Record<string, Recipe> = {};
    for (const { service } of plan.kind === 'publish' ? plan.artifacts : []) {
      const recipe = await pipeline.builders[service.type].recipe?.(service, files.head);
      // A file that takes long to read keeps nobody else waiting for all of them.
      await setImmediate();
      if (recipe !== undefined) recipes[service.name] = recipe;
    }
    return { plan, recipes };
  } catch (error) {
    return { plan: refusedPlan(lastingFault(error, pull)), recipes: {} };
  }
}
