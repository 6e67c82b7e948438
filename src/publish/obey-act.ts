import { SlipwayError } from '../errors.ts';
import { mayWrite } from '../fetch/may-write.ts';
import type { Act } from '../store/store.ts';
import type { Actions } from './actions.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * Does what a person asked for on GitHub, if the check run is ours and the person may write to the repository now.
 *
 * @throws {SlipwayError} when GitHub or the store cannot be reached: it is tried again
 */
export async function obeyAct(pipeline: Pipeline, actions: Actions, act: Act): Promise<void> {
  const { store } = pipeline;
  const { sender, what } = act;
  const log = pipeline.log.child({ delivery: act.deliveryId, sender, what });
  const builds = await buildsMeant(pipeline, act);
  if (builds.length === 0) {
    log.info('nothing to do: no build of ours is meant');
    return;
  }
  if (!(await mayAct(pipeline, act))) {
    log.info('nothing to do: the sender has no write permission');
    return;
  }
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
  const id = await store.buildOfCheck(about.checkRunId);
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
