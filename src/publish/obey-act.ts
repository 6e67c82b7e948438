import { SlipwayError } from '../errors.ts';
import { mayWrite } from '../fetch/may-write.ts';
import type { Log } from '../log.ts';
import type { Act } from '../store/store.ts';
import type { Actions } from './actions.ts';
import { obeyCommand } from './obey-command.ts';
import { obeySetVersion, pullOfButton } from './obey-set-version.ts';
import type { Pipeline } from './pipeline.ts';
import { showAgain } from './show-again.ts';

/**
 * Does what a person asked for on GitHub, if the check run is ours and the person may write to the repository now.
 *
 * @throws {SlipwayError} when GitHub or the store cannot be reached: it is tried again
 */
export async function obeyAct(pipeline: Pipeline, actions: Actions, act: Act): Promise<void> {
  const { sender, what } = act;
  const log = pipeline.log.child({ delivery: act.deliveryId, sender, what });
  const work = await workMeant(pipeline, actions, act, log);
  if (work === undefined) {
    log.info('nothing to do: no build and no plan of ours is meant');
    return;
  }
  if (!(await mayAct(pipeline, act))) {
    log.info('nothing to do: the sender has no write permission');
    return;
  }
  const reason = await work();
  if (reason !== undefined) log.info(`nothing to do: ${reason}`);
}

/** What is to be done, which says why where it does nothing; undefined where nothing of ours is meant. */
async function workMeant(
  pipeline: Pipeline,
  actions: Actions,
  act: Act,
  log: Log,
): Promise<(() => Promise<string | undefined>) | undefined> {
  const { store } = pipeline;
  const { about, repositoryId, what } = act;
  if ('commentId' in about) return async () => void (await obeyCommand(pipeline, actions, act, about));
  if ('labels' in about) {
    const merge = await store.mergeOfPull(repositoryId, about.number);
    if (merge === undefined) return undefined;
    return async () =>
      (await store.planMergeAgain(merge.id, about.labels)) ? undefined : 'the merge was neither refused nor skipped';
  }
  if (what === 'set-version' && 'checkRunId' in about && about.version !== undefined) {
    const { version } = about;
    const pull = await pullOfButton(pipeline, repositoryId, about.checkRunId);
    return pull && (() => obeySetVersion(pipeline, act, pull, version));
  }
  const builds = await buildsMeant(pipeline, act);
  const commit =
    'headSha' in about ? { repositoryId, headSha: about.headSha } : await store.planCheckOf(about.checkRunId);
  const plan =
    commit !== undefined && what === 'rebuild' && (await store.planCheck(commit.repositoryId, commit.headSha));
  if (builds.length === 0 && !plan) return undefined;
  return async () => {
    if (plan && commit) await showAgain(pipeline, commit);
    await onBuilds(pipeline, actions, act, builds);
    log.debug({ builds: builds.length }, 'obeyed');
    return undefined;
  };
}

async function onBuilds(
  { store }: Pipeline,
  actions: Actions,
  { what, sender }: Act,
  builds: readonly string[],
): Promise<void> {
  for (const id of builds) {
    if (what === 'cancel') {
      const answer = await actions.cancel(id, sender);
      if (answer === 'too-late') await store.appendLog(id, `Cancel by ${sender} came too late: it is published.\n`);
    } else await actions.rebuild(id, { noCache: what === 'rebuild-no-cache', by: sender });
  }
}

async function buildsMeant({ store }: Pipeline, { about, repositoryId }: Act): Promise<readonly string[]> {
  if ('headSha' in about) {
    const builds = await store.buildsOfCommit(repositoryId, about.headSha);
    return builds.filter(({ outcome }) => outcome !== undefined && outcome.verdict !== 'published').map(({ id }) => id);
  }
  const id = 'checkRunId' in about ? await store.buildOfCheck(about.checkRunId) : undefined;
  return id === undefined ? [] : [id];
}

async function mayAct(pipeline: Pipeline, { installationId, owner, repo, sender }: Act): Promise<boolean> {
  if (!(await pipeline.mayServe(owner))) return false;
  try {
    return await mayWrite(await pipeline.github(installationId), { owner, repo }, sender);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.transient) throw error;
    pipeline.log.warn({ err: error }, 'GitHub does not tell whether the sender may write');
    return false;
  }
}
