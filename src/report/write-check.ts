import { SlipwayError } from '../errors.ts';
import { type GitHub, githubError, type RepositoryName } from '../github.ts';
import type { CheckContent } from './check-content.ts';
import { guardedFetch, isOutOfDate } from './guarded-fetch.ts';
import { trimToBytes } from './trim-to-bytes.ts';

/** GitHub's limit for summary and text of a check run, in bytes: its answer counts bytes where its documentation says characters. */
const largestText = 65_535;

export type CheckRequest = RepositoryName & {
  readonly headSha: string;
  /** Ours, unique to the build (or merge) and commit: by this a run is found again where its id is not known. */
  readonly externalId: string;
  readonly content: CheckContent;
  /** GitHub's id of the run, where it was kept. */
  readonly knownId?: number;
  /**
   * An earlier try may have reached GitHub although its answer never came: the run is looked up before one is made,
   * and annotations that are there already are not sent again.
   */
  readonly mayExist: boolean;
  /** Whether the content is still what is to be told; asked right before it is sent. Default: it is. */
  readonly stillTrue?: () => Promise<boolean>;
  readonly signal?: AbortSignal;
};

type Found = { readonly id: number; readonly annotations: number };

/**
 * Makes a check run or brings it up to date, and returns its id.
 *
 * @throws {SlipwayError} as `githubError` says; `lease-lost` when the content was out of date before it could be sent
 */
export async function writeCheck(github: GitHub, request: CheckRequest): Promise<number> {
  const { owner, repo, content, signal, stillTrue } = request;
  try {
    const found = await find(github, request);
    // GitHub adds the annotations of each update to those that it has: they go out once, with the verdict.
    const annotate = content.status === 'completed' && content.annotations.length > 0 && !found?.annotations;
    const body = {
      owner,
      repo,
      ...fields(content, annotate),
      // A second try of octokit's own would make a second run, or the annotations twice.
      request: {
        ...(signal && { signal }),
        ...((annotate || !found) && { retries: 0 }),
        ...(stillTrue && { fetch: guardedFetch(github, stillTrue) }),
      },
    };
    if (found) {
      await github.rest.checks.update({ ...body, check_run_id: found.id });
      return found.id;
    }
    const { data } = await github.rest.checks.create({
      ...body,
      name: content.name,
      head_sha: request.headSha,
      external_id: request.externalId,
    });
    return data.id;
  } catch (error) {
    if (isOutOfDate(error)) {
      const what = `The check "${content.name}" of ${owner}/${repo}`;
      throw new SlipwayError('lease-lost', `${what} was not written: it is out of date.`, { transient: true });
    }
    throw githubError(error, `writing the check "${content.name}" of ${owner}/${repo}`);
  }
}

async function find(github: GitHub, request: CheckRequest): Promise<Found | undefined> {
  const { owner, repo, headSha, externalId, content, knownId, mayExist, signal } = request;
  const options = { owner, repo, ...(signal && { request: { signal } }) };
  if (knownId !== undefined) {
    if (!mayExist || content.annotations.length === 0) return { id: knownId, annotations: 0 };
    const { data } = await github.rest.checks.get({ ...options, check_run_id: knownId });
    return { id: data.id, annotations: data.output.annotations_count };
  }
  if (!mayExist) return undefined;
  const pages = github.paginate.iterator(github.rest.checks.listForRef, {
    ...options,
    ref: headSha,
    check_name: content.name,
    filter: 'all',
    per_page: 100,
  });
  for await (const { data } of pages) {
    const run = data.find((candidate) => candidate.external_id === externalId);
    if (run) return { id: run.id, annotations: run.output.annotations_count };
  }
  return undefined;
}

function fields(content: CheckContent, annotate: boolean) {
  const { status, conclusion, startedAt, completedAt, text } = content;
  return {
    status,
    ...(status === 'completed' && conclusion && { conclusion }),
    details_url: content.detailsUrl,
    ...(startedAt && { started_at: startedAt.toISOString() }),
    ...(status === 'completed' && completedAt && { completed_at: completedAt.toISOString() }),
    output: {
      title: content.title,
      summary: trimToBytes(content.summary, largestText),
      ...(text !== undefined && { text: trimToBytes(text, largestText) }),
      ...(annotate && { annotations: content.annotations.slice(0, 50).map(annotation) }),
    },
    actions: content.actions.slice(0, 3).map((action) => ({ ...action })),
  };
}

const annotation = ({ path, startLine, endLine, title, message }: CheckContent['annotations'][number]) => ({
  path,
  start_line: startLine,
  end_line: endLine,
  annotation_level: 'failure' as const,
  title,
  message,
});
