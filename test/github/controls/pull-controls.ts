import { commitTo } from '../actions/commit-to.ts';
import { forkRepository } from '../actions/create-repository.ts';
import { closePull, mergePull } from '../actions/merge-pull.ts';
import { noticePush } from '../actions/notice-push.ts';
import { labelOf, openPull } from '../actions/open-pull.ts';
import { refreshPull } from '../actions/refresh-pull.ts';
import type { Pull, RepositoryRecord, User } from '../records.ts';
import { renderLabel } from '../render/pull.ts';
import { fullName } from '../render/repository.ts';
import type { MergeOptions, MergeResult, PullControls, PullOptions } from '../repository.ts';
import { nextId, type State, userOf } from '../state.ts';
import { emitOfRepository, judged } from '../webhooks/emit.ts';
import { mergeGroupPayload } from '../webhooks/merge-group-payload.ts';
import { type Payload, pullRequestPayload } from '../webhooks/payloads.ts';
import { signWebhook } from '../webhooks/sign.ts';
import { usualAuthor } from './usual-author.ts';

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

export function findPull(record: RepositoryRecord, number: number): Pull {
  const pull = record.pulls.get(number);
  if (pull === undefined) throw new Error(`${fullName(record)} has no pull request ${number}`);
  return pull;
}

/** What people do with pull requests, each with the webhooks that GitHub sends for it. */
export function createPullControls(state: State, record: RepositoryRecord): PullControls {
  const somebody = userOf(state, usualAuthor);
  const tell = (pull: Pull, action: string, sender: User, more?: Payload) =>
    emitOfRepository(
      state,
      'pull_request',
      () => pullRequestPayload(state, record, pull, action, sender, more),
      record,
    );
  const tellLabel = (pull: Pull, action: string, name: string) =>
    tell(pull, action, somebody, { label: renderLabel(state, record, labelOf(state, record, name)) });

  async function openPullRequest(options: PullOptions): Promise<Pull> {
    const { title, body = null, base = 'develop', labels = [], fork = false, draft = false, deliver = true } = options;
    const login = options.author ?? (fork === true ? 'outsider' : fork || usualAuthor);
    const author = userOf(state, login);
    const holder = userOf(state, typeof fork === 'string' ? fork : login);
    const from = fork === false ? record : await forkRepository(state, record, holder);
    const ref = options.branch ?? `change-${nextId(state, 'branch')}`;
    await commitTo(state, from, { branch: ref, files: options.files, message: title, author, from: base, deliver });
    const head = { repository: from, ref };
    const pull = await openPull(state, record, { title, body, author, draft, base, head, labels });
    if (deliver) {
      await tell(pull, 'opened', author);
      await Promise.all(labels.map((name) => tellLabel(pull, 'labeled', name)));
    }
    return pull;
  }

  async function merge(number: number, options: MergeOptions = {}): Promise<MergeResult> {
    const pull = findPull(record, number);
    const by = userOf(state, options.by ?? usualAuthor);
    if (pull.state === 'closed') throw new Error(`pull request ${number} is closed`);
    const merged = await mergePull(record, pull, { method: options.method ?? 'merge', by });
    if (merged === undefined) throw new Error(`pull request ${number} conflicts with ${pull.base.ref}`);
    const { before, mergeCommit } = merged;
    const deliver = options.deliver ?? true;
    const [delivery] = await Promise.all([
      deliver ? tell(pull, 'closed', by) : undefined,
      noticePush(state, record, { branch: pull.base.ref, before, after: mergeCommit }, by, deliver),
    ]);
    return { mergeCommit, delivery };
  }

  return {
    openPullRequest,
    pullRequest: (number) => findPull(record, number),
    push(number, files, message = 'One more commit') {
      const { head, author } = findPull(record, number);
      return commitTo(state, head.repository, { branch: head.ref, files, message, author });
    },
    merge,
    async close(number) {
      const pull = findPull(record, number);
      await refreshPull(record, pull);
      await closePull(record, pull);
      return tell(pull, 'closed', somebody);
    },
    label(number, ...names) {
      const pull = findPull(record, number);
      const fresh = names.filter((name) => !pull.labels.some((one) => sameName(one.name, name)));
      pull.labels.push(...fresh.map((name) => labelOf(state, record, name)));
      return Promise.all(fresh.map((name) => tellLabel(pull, 'labeled', name)));
    },
    unlabel(number, name) {
      const pull = findPull(record, number);
      pull.labels = pull.labels.filter((one) => !sameName(one.name, name));
      return tellLabel(pull, 'unlabeled', name);
    },
    edit(number, { title, body }) {
      const pull = findPull(record, number);
      const changes = {
        ...(title === undefined ? {} : { title: { from: pull.title } }),
        ...(body === undefined ? {} : { body: { from: pull.body ?? '' } }),
      };
      pull.title = title ?? pull.title;
      pull.body = body ?? pull.body;
      return tell(pull, 'edited', somebody, { changes });
    },
    ready(number) {
      const pull = findPull(record, number);
      pull.draft = false;
      return tell(pull, 'ready_for_review', pull.author);
    },
    queue(headSha, number) {
      const { base } = findPull(record, number);
      const build = () => mergeGroupPayload(state, record, { headSha, number, base }, somebody);
      return emitOfRepository(state, 'merge_group', build, record);
    },
    lock(number) {
      findPull(record, number).locked = true;
    },
    payload(number, action = 'closed', { sender, ...signing } = {}) {
      const pull = findPull(record, number);
      const by = sender === undefined ? (pull.mergedBy ?? somebody) : userOf(state, sender);
      const payload = judged(state, 'pull_request', pullRequestPayload(state, record, pull, action, by));
      return signWebhook(state, 'pull_request', payload, signing);
    },
  };
}
