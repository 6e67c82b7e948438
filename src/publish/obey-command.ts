import type { Build } from '../build-terms.ts';
import { readPullRequest } from '../fetch/read-pull-request.ts';
import { type Reaction, react } from '../report/react.ts';
import type { Act, MergeRecord } from '../store/store.ts';
import type { Actions } from './actions.ts';
import type { Pipeline } from './pipeline.ts';

type About = { readonly number: number; readonly commentId: number };

/**
 * Does what a comment asks for, and answers it by a reaction. The sender may: whoever calls this has asked.
 *
 * @throws {SlipwayError} when GitHub or the store cannot be reached
 */
export async function obeyCommand(
  pipeline: Pipeline,
  actions: Actions,
  act: Act,
  { number, commentId }: About,
): Promise<void> {
  const { repositoryId, owner, repo } = act;
  const merge = await pipeline.store.mergeOfPull(repositoryId, number);
  const content = await answerOf(pipeline, actions, act, merge, number);
  await react(await pipeline.github(act.installationId), { owner, repo, commentId, content });
}

async function answerOf(
  pipeline: Pipeline,
  actions: Actions,
  act: Act,
  merge: MergeRecord | undefined,
  number: number,
): Promise<Reaction> {
  if (act.what === 'command-plan') return merge === undefined ? await plan(pipeline, act, number) : 'confused';
  if (merge === undefined) return 'confused';
  const builds = newestBuilds(await pipeline.store.buildsOf(merge.id));
  if (act.what === 'command-cancel') {
    const open = builds.filter(({ state }) => state !== 'ended');
    for (const { id } of open) await actions.cancel(id, act.sender);
    return open.length > 0 ? '+1' : 'confused';
  }
  const unpublished = builds.filter(({ outcome }) => outcome !== undefined && outcome.verdict !== 'published');
  let started = 0;
  for (const { id } of unpublished) {
    if ('buildId' in (await actions.rebuild(id, { noCache: false, by: act.sender }))) started += 1;
  }
  if (started > 0) return 'rocket';
  return builds.length === 0 && (await pipeline.store.planMergeAgain(merge.id)) ? 'rocket' : 'confused';
}

/** A pull request that was opened before Slipway was there is asked for. */
async function plan({ store, github }: Pipeline, act: Act, number: number): Promise<Reaction> {
  if (await store.planAgain(act.repositoryId, number)) return '+1';
  const pull = await readPullRequest(await github(act.installationId), { ...act, number });
  if (!pull.isOpen) return 'confused';
  await store.takePull(pull);
  return '+1';
}

const newestBuilds = (builds: readonly Build[]): readonly Build[] => [
  ...new Map(builds.map((build) => [build.artifact.service.name, build])).values(),
];
