import { type GitHub, githubError } from '../github.ts';
import type { NewMerge } from '../store/store.ts';
import type { Sweeping } from './sweeping.ts';
import { toNewMerge } from './to-new-merge.ts';

const day = 86_400_000;
const longestBack = 7 * day;
/** Milliseconds that a mark stays behind the clock: a webhook may still be under way, and clocks differ. */
const overlap = 5 * 60_000;
const mostRepositories = 200;
const lastName = 'repository-swept';

type Found = Awaited<
  ReturnType<GitHub['rest']['apps']['listReposAccessibleToInstallation']>
>['data']['repositories'][number];
type InReach = { readonly repository: Found; readonly installationId: number };

/**
 * Takes in what was merged without our hearing of it: for each repository one conditional request for its pull requests,
 * newest change first, back to its mark. At most 200 repositories a round, in turn. A repository that is seen for the
 * first time starts now.
 *
 * @returns how many merges were taken in
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `store-failed`
 */
export async function sweepMerges(sweeping: Sweeping): Promise<number> {
  const { store, log, signal } = sweeping;
  const all = (await repositoriesInReach(sweeping)).sort((a, b) => a.repository.id - b.repository.id);
  const last = Number((await store.recall(lastName)) ?? 0);
  const next = all.findIndex(({ repository }) => repository.id > last);
  const from = next < 0 ? 0 : next;
  const turn = [...all.slice(from), ...all.slice(0, from)].slice(0, mostRepositories);
  const found: NewMerge[] = [];
  const marks: (() => Promise<void>)[] = [];
  for (const one of turn) {
    signal.throwIfAborted();
    try {
      const { merges, keep } = await mergesOf(sweeping, one);
      found.push(...merges);
      marks.push(keep);
    } catch (error) {
      log.warn({ err: githubError(error, `sweeping ${one.repository.full_name}`) }, 'a repository could not be swept');
    }
  }
  // In merge order, over all of them: what came first is planned first.
  found.sort((a, b) => Number(a.mergedAt) - Number(b.mergedAt) || a.number - b.number);
  let taken = 0;
  for (const merge of found) {
    const { known, id } = await store.takeIn(merge);
    if (known) continue;
    taken += 1;
    log.info({ merge: id, pullRequest: `${merge.owner}/${merge.repo}#${merge.number}` }, 'merge taken in by the sweep');
  }
  for (const keep of marks) await keep();
  const end = turn.at(-1);
  if (end !== undefined) await store.remember(lastName, String(end.repository.id));
  log.debug({ repositories: turn.length, taken }, 'the sweep is over');
  return taken;
}

async function repositoriesInReach({ app, owners, log, signal }: Sweeping): Promise<InReach[]> {
  const found: InReach[] = [];
  try {
    const octokit = await app.auth();
    const installations = await octokit.paginate(octokit.rest.apps.listInstallations, {
      per_page: 100,
      request: { signal },
    });
    for (const { id: installationId, suspended_at: suspended, account } of installations) {
      const login = account && 'login' in account ? account.login : undefined;
      if (suspended !== null || login === undefined || !(await owners.decide(login))) continue;
      const github = await app.auth(installationId);
      const repositories = await github.paginate(github.rest.apps.listReposAccessibleToInstallation, {
        per_page: 100,
        request: { signal },
      });
      found.push(...repositories.map((repository) => ({ repository, installationId })));
    }
  } catch (error) {
    throw githubError(error, 'asking which repositories the App serves');
  }
  log.debug({ repositories: found.length }, 'repositories in reach');
  return found;
}

type Swept = { readonly merges: readonly NewMerge[]; keep(): Promise<void> };

async function mergesOf(sweeping: Sweeping, { repository, installationId }: InReach): Promise<Swept> {
  const { app, store, signal } = sweeping;
  const began = Date.now();
  const known = await store.sweepMark(repository.id);
  const mark = new Date(began - overlap);
  if (known === undefined) {
    // GitHub tells times in whole seconds: what is merged in this very second is behind the mark.
    const now = new Date(Math.floor(began / 1000) * 1000);
    return { merges: [], keep: () => store.keepSweepMark(repository.id, { mark: now }) };
  }
  const since = Math.max(Number(known.mark), began - longestBack);
  const github = await app.auth(installationId);
  const merges: NewMerge[] = [];
  let etag: string | undefined;
  for (let page = 1; ; page += 1) {
    const answer = await pullsOf(github, repository, page, page === 1 ? known.etag : undefined, signal);
    if (answer === undefined) return { merges: [], keep: () => store.keepSweepMark(repository.id, { ...known, mark }) };
    if (page === 1) etag = answer.headers.etag;
    for (const pull of answer.data) {
      if (pull.merged_at === null || Date.parse(pull.merged_at) < since) continue;
      const read = toNewMerge({ installation: { id: installationId }, repository, pull_request: pull }, 'sweep');
      if ('merge' in read) merges.push(read.merge);
      else
        sweeping.log.warn(
          { pullRequest: `${repository.full_name}#${pull.number}`, missing: read.missing },
          'a merge cannot be used',
        );
    }
    const oldest = answer.data.at(-1);
    if (answer.data.length < 100 || oldest === undefined || Date.parse(oldest.updated_at) < since) break;
  }
  return { merges, keep: () => store.keepSweepMark(repository.id, { mark, ...(etag === undefined ? {} : { etag }) }) };
}

/** Undefined where nothing has changed since the tag: such an answer costs nothing of the rate limit. */
async function pullsOf(github: GitHub, repository: Found, page: number, etag: string | undefined, signal: AbortSignal) {
  try {
    return await github.rest.pulls.list({
      owner: repository.owner.login,
      repo: repository.name,
      state: 'closed',
      sort: 'updated',
      direction: 'desc',
      per_page: 100,
      page,
      headers: etag === undefined ? {} : { 'if-none-match': etag },
      request: { signal },
    });
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 304) return undefined;
    throw error;
  }
}
