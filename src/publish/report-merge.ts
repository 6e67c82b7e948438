import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Build } from '../build-terms.ts';
import { SlipwayError } from '../errors.ts';
import { addToLogContext } from '../log.ts';
import type { CheckContent } from '../report/check-content.ts';
import { createReporter, type Reporter } from '../report/create-reporter.ts';
import { renderBuildCheck } from '../report/render-build-check.ts';
import { commentMarker, renderComment } from '../report/render-comment.ts';
import { renderPlanCheck } from '../report/render-plan-check.ts';
import type { CheckKey, MergeRecord, WrittenCheck } from '../store/store.ts';
import type { Plan } from '../terms.ts';
import { externalIdOf } from './external-id-of.ts';
import type { Pipeline } from './pipeline.ts';
import { registryAddress } from './registry-address.ts';
import { orTooEarly } from './too-early.ts';

type Report = {
  readonly pipeline: Pipeline;
  readonly merge: MergeRecord;
  readonly reporter: Reporter;
};

/**
 * Step 6, report: writes what is true of a merge now to GitHub: a check run for each build on the head commit and on the
 * merge commit, and the comment once every build has its verdict. What stands there already is not written again.
 *
 * @throws {SlipwayError} when GitHub cannot be reached: the report is delivered later
 */
export async function reportMerge(pipeline: Pipeline, mergeId: string): Promise<void> {
  const merge = await pipeline.store.merge(mergeId);
  if (merge?.plan === undefined || merge.plan.kind === 'ignored') return;
  addToLogContext({ delivery: merge.deliveryId, merge: merge.id });
  const { log } = pipeline;
  try {
    const reporter = createReporter({
      github: await pipeline.github(merge.installationId),
      log,
      author: await pipeline.botLogin(),
    });
    const report: Report = { pipeline, merge, reporter };
    await reportPlan(report, merge.plan);
    await reportBuilds(report);
    await writeComment(report);
    log.info('reported');
  } catch (thrown) {
    const error = orTooEarly(thrown, merge.mergedAt);
    if (!(error instanceof SlipwayError) || error.transient || error.code === 'store-failed') throw error;
    log.error({ err: error, help: error.help }, 'GitHub takes no report of this merge');
  }
}

/** A plan with nothing to publish has a check of its own; it is taken back where a later label gave it a version. */
async function reportPlan(report: Report, plan: Plan): Promise<void> {
  const { merge, pipeline } = report;
  if (plan.kind === 'ignored') return;
  for (const commit of commitsOf(merge)) {
    if (plan.kind === 'publish' && (await pipeline.store.check(merge.id, { subject: 'plan', commit })) === undefined) {
      continue;
    }
    const content = renderPlanCheck({ merge, plan });
    const state = `${content.conclusion}:${createHash('sha256').update(content.summary).digest('hex').slice(0, 12)}`;
    await writeCheck(report, 'plan', commit, async () => ({ ...content, state }));
  }
}

async function reportBuilds(report: Report): Promise<void> {
  const { store } = report.pipeline;
  for (const { id, state, timings } of await store.buildsOf(report.merge.id)) {
    await reportBuild(report, id);
    if (state === 'ended' && timings.report === undefined) await store.reported(id);
  }
}

async function reportBuild(report: Report, buildId: string): Promise<void> {
  const { pipeline, merge } = report;
  for (const commit of commitsOf(merge)) {
    await writeCheck(report, buildId, commit, async () => {
      // Read as late as possible: the build goes on while GitHub is written to, and the last state wins.
      const build = await pipeline.store.build(buildId);
      if (build === undefined || (build.state === 'queued' && commit === 'merge')) return undefined;
      const content = renderBuildCheck({ ...(await aboutBuild(report, build)), merge, build });
      return { ...content, state: stateOf(build, content) };
    });
  }
}

/** What of a build makes its check worth writing again. */
function stateOf(build: Build, { status }: CheckContent): string {
  if (status === 'in_progress') return build.cancelRequested ? 'cancelling' : status;
  if (status !== 'queued') return status;
  if (build.waitsFor !== undefined) return `queued:${build.waitsFor}`;
  return build.retryAt === undefined ? status : `queued:${build.retryAt.toISOString()}`;
}

async function aboutBuild({ pipeline, ...report }: Report, build: Build) {
  const { store } = pipeline;
  const previous =
    build.outcome?.verdict === 'published'
      ? await store.previousPublished(build.artifact.service.name, build.id)
      : undefined;
  const place = build.state === 'queued' ? await store.place(build.id) : undefined;
  return {
    registry: registryAddress(pipeline.registry),
    links: linksOf({ pipeline, ...report }),
    ...(previous === undefined ? {} : { previous }),
    ...(place === undefined ? {} : { place }),
  };
}

const linksOf = ({ pipeline, merge }: Report) => ({ build: (build: Build) => pipeline.buildLink(build, merge) });

/** The commits that carry check runs: one, where the merge made no commit of its own. */
const commitsOf = ({ headSha, mergeCommit }: MergeRecord): readonly CheckKey['commit'][] =>
  headSha === mergeCommit ? ['head'] : ['head', 'merge'];

async function writeCheck(
  { pipeline, merge, reporter }: Report,
  subject: string,
  commit: CheckKey['commit'],
  contentNow: () => Promise<(CheckContent & { readonly state?: string }) | undefined>,
): Promise<void> {
  const key: CheckKey = { subject, commit };
  for (;;) {
    const known = await pipeline.store.check(merge.id, key);
    const content = await contentNow();
    if (content === undefined) return;
    const { state: status = content.status, ...shown } = content;
    if (known?.sure && status === known.status) return;
    const id = known?.id;
    // Ours alone, whoever else is about to write the same.
    const attempt = `${status} ${randomUUID()}`;
    const writing: WrittenCheck = { ...(id === undefined ? {} : { id }), status: attempt, sure: false };
    const keep = (from: WrittenCheck | undefined, to: WrittenCheck) =>
      pipeline.store.replaceCheck(merge.id, key, from, to);
    // A worker that was frozen may wake up behind another one, anywhere from here on.
    if (!(await keep(known, writing))) continue;
    try {
      const written = await reporter.writeCheck({
        owner: merge.owner,
        repo: merge.repo,
        headSha: commit === 'head' ? merge.headSha : merge.mergeCommit,
        externalId: externalIdOf(merge, key),
        content: shown,
        mayExist: known?.sure === false,
        stillTrue: async () => {
          const now = await contentNow();
          if (now === undefined || (now.state ?? now.status) !== status) return false;
          return isDeepStrictEqual(await pipeline.store.check(merge.id, key), writing);
        },
        ...(id === undefined ? {} : { knownId: id }),
      });
      await keep(writing, { id: written, status, sure: true });
      return;
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code !== 'lease-lost') throw error;
      // Nothing was sent: what is true by now is written instead.
      await keep(writing, known ?? { status: 'none', sure: true });
    }
  }
}

async function writeComment({ pipeline, merge, reporter }: Report): Promise<void> {
  const { plan } = merge;
  const all = await pipeline.store.buildsOf(merge.id);
  // A Rebuild takes the place of what it builds again.
  const builds = [...new Map(all.map((build) => [build.artifact.service.name, build])).values()];
  if (plan === undefined || builds.some(({ state }) => state !== 'ended')) return;
  const about = await Promise.all(
    builds.flatMap((build) => {
      const { outcome } = build;
      if (outcome === undefined) return [];
      return [aboutBuild({ pipeline, merge, reporter }, build).then((known) => ({ build, outcome, ...known }))];
    }),
  );
  const body = renderComment({
    merge,
    plan,
    builds: about,
    registry: registryAddress(pipeline.registry),
    links: linksOf({ pipeline, merge, reporter }),
  });
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (merge.comment?.sha256 === sha256) return;
  const id = await reporter.writeComment({
    owner: merge.owner,
    repo: merge.repo,
    number: merge.number,
    body,
    marker: commentMarker,
    ...(merge.comment === undefined ? {} : { knownId: merge.comment.id }),
  });
  if (id !== undefined) await pipeline.store.rememberComment(merge.id, { id, sha256 });
}
