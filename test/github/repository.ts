import { forkRepository } from './actions/create-repository.ts';
import { exclusively } from './actions/exclusively.ts';
import { closePull, mergePull } from './actions/merge-pull.ts';
import { noticeOutsidePush, noticePush } from './actions/notice-push.ts';
import { labelOf, openPull } from './actions/open-pull.ts';
import { refreshPull } from './actions/refresh-pull.ts';
import type { MergeMethod } from './git/merge-branches.ts';
import { resolveCommit } from './git/read-repository.ts';
import { type Files, writeCommit } from './git/write-commit.ts';
import { renderCheckRun } from './render/check.ts';
import { emailOf } from './render/commit.ts';
import { renderLabel } from './render/pull.ts';
import { fullName, repositoryPage } from './render/repository.ts';
import {
  type CheckAction,
  type CheckAnnotation,
  type Comment,
  type Delivery,
  installationOf,
  nextId,
  type PermissionLevel,
  type Pull,
  type RepositoryRecord,
  type State,
  type User,
  userOf,
} from './state.ts';
import { emitOfRepository, judged } from './webhooks/emit.ts';
import { checkRunPayload, issueCommentPayload, type Payload, pullRequestPayload } from './webhooks/payloads.ts';
import { type SignedWebhook, type SignOptions, signWebhook } from './webhooks/sign.ts';

export type PullOptions = {
  readonly title: string;
  readonly body?: string | undefined;
  /** `develop` where absent. */
  readonly base?: string;
  /** Name of the head branch; made up from the number of commits where absent. */
  readonly branch?: string;
  readonly files: Files;
  readonly labels?: readonly string[];
  /** Login; the repository's usual author, who may write, where absent. */
  readonly author?: string;
  /** True for a fork of the author's, or the login of the account that has the fork. */
  readonly fork?: boolean | string;
  readonly draft?: boolean;
  /** False keeps the webhooks back. */
  readonly deliver?: boolean;
};

export type MergeOptions = {
  readonly method?: MergeMethod;
  readonly by?: string;
  /** False keeps the webhooks back; `payload` gives the bytes of a delivery that was lost. */
  readonly deliver?: boolean;
};

export type MergeResult = {
  readonly mergeCommit: string;
  /** The delivery of `pull_request.closed`; undefined where nobody listens. */
  readonly delivery: Delivery | undefined;
};

/** A check run as GitHub answers it, with what only its page shows. */
export type CheckRunView = ReturnType<typeof renderCheckRun> & { readonly actions: readonly CheckAction[] };

/** A repository of the stand-in, in the hands of a test: what people do on github.com's pages. */
export type Repository = {
  readonly id: number;
  readonly owner: string;
  readonly ownerId: number;
  readonly name: string;
  readonly fullName: string;
  readonly private: boolean;
  /** Undefined where the App is not installed. */
  readonly installationId: number | undefined;
  readonly htmlUrl: string;
  /** Path of the bare repository, for `git clone` and `git push`. */
  readonly gitDir: string;
  /** Commits to a branch (made at `from`, or at the default branch, where there is none) and returns the commit's id. */
  commit(branch: string, files: Files, message: string, options?: { author?: string; from?: string }): Promise<string>;
  /** Says that git itself has moved a branch in `gitDir`. */
  pushed(branch: string, before?: string): Promise<void>;
  /** Id of the commit at a branch or tag. */
  revision(ref: string): Promise<string>;
  openPullRequest(options: PullOptions): Promise<Pull>;
  pullRequest(number: number): Pull;
  /** Pushes one more commit to a pull request's head. */
  push(number: number, files: Files, message?: string): Promise<string>;
  merge(number: number, options?: MergeOptions): Promise<MergeResult>;
  close(number: number): Promise<Delivery | undefined>;
  label(number: number, ...names: string[]): Promise<(Delivery | undefined)[]>;
  unlabel(number: number, name: string): Promise<Delivery | undefined>;
  edit(number: number, changes: { title?: string; body?: string }): Promise<Delivery | undefined>;
  ready(number: number): Promise<Delivery | undefined>;
  lock(number: number): void;
  setPermission(login: string, level: PermissionLevel): void;
  /** Check runs in the order in which they were made; of one commit, or all. */
  checkRuns(sha?: string): CheckRunView[];
  annotations(checkRunId: number): readonly CheckAnnotation[];
  clickAction(checkRunId: number, identifier: string, sender: string): Promise<Delivery | undefined>;
  rerequest(checkRunId: number, sender: string): Promise<Delivery | undefined>;
  comments(number: number): readonly Comment[];
  comment(number: number, body: string, author?: string): Promise<Delivery | undefined>;
  deleteComment(id: number, sender?: string): Promise<Delivery | undefined>;
  /** The signed bytes of a `pull_request` event, not sent. */
  payload(number: number, action?: string, options?: SignOptions & { sender?: string }): SignedWebhook;
  rename(name: string): void;
  remove(): void;
};

/** The person who does what nobody is named for; a member who may write. */
export const usualAuthor = 'mona';

export function createRepositoryHandle(state: State, record: RepositoryRecord): Repository {
  const pullOf = (number: number): Pull => {
    const pull = record.pulls.get(number);
    if (pull === undefined) throw new Error(`${fullName(record)} has no pull request ${number}`);
    return pull;
  };
  const runOf = (id: number) => {
    const run = state.checkRuns.get(id);
    if (run === undefined || run.repository !== record) throw new Error(`${fullName(record)} has no check run ${id}`);
    return run;
  };
  const userNamed = (login: string): User => userOf(state, login);
  const tell = (pull: Pull, action: string, sender: User, more?: Payload) =>
    emitOfRepository(state, 'pull_request', pullRequestPayload(state, record, pull, action, sender, more), record);
  const withLabel = (pull: Pull, action: string, name: string) =>
    tell(pull, action, userNamed(usualAuthor), { label: renderLabel(state, record, labelOf(state, record, name)) });

  /** A commit to a branch of this repository or of a fork, and what follows from it. */
  async function commitTo(
    target: RepositoryRecord,
    branch: string,
    files: Files,
    message: string,
    options: {
      readonly author?: string | undefined;
      readonly from?: string | undefined;
      readonly deliver?: boolean;
    } = {},
  ): Promise<string> {
    const author = userNamed(options.author ?? usualAuthor);
    const push = await exclusively(target, async () => {
      const before = await resolveCommit(target.gitDir, `refs/heads/${branch}`);
      const parent = before ?? (await resolveCommit(target.gitDir, options.from ?? target.defaultBranch));
      const who = { name: author.login, email: emailOf(author) };
      const after = await writeCommit(target.gitDir, { branch, parent, files, message, author: who });
      return { branch, before, after };
    });
    await noticePush(state, target, push, author, options.deliver);
    return push.after;
  }

  async function openPullRequest(options: PullOptions): Promise<Pull> {
    const { title, body = null, base = 'develop', files, labels = [], fork = false, draft = false } = options;
    const login = options.author ?? (fork === true ? 'outsider' : typeof fork === 'string' ? fork : usualAuthor);
    const author = userNamed(login);
    const holder = typeof fork === 'string' ? fork : login;
    const from = fork === false ? record : await forkRepository(state, record, userNamed(holder));
    const ref =
      options.branch ?? `change-${record.pulls.size + 1}-${files === undefined ? 0 : Object.keys(files).length}`;
    const { deliver = true } = options;
    await commitTo(from, ref, files, title, { author: login, from: base, deliver });
    const head = { repository: from, ref };
    const pull = await openPull(state, record, { title, body, author, draft, base, head, labels });
    if (deliver) {
      await tell(pull, 'opened', author);
      await Promise.all(labels.map((name) => withLabel(pull, 'labeled', name)));
    }
    return pull;
  }

  async function merge(number: number, options: MergeOptions = {}): Promise<MergeResult> {
    const pull = pullOf(number);
    const by = userNamed(options.by ?? usualAuthor);
    if (pull.state === 'closed') throw new Error(`pull request ${number} is closed`);
    const merged = await mergePull(record, pull, { method: options.method ?? 'merge', by });
    if (merged === undefined) throw new Error(`pull request ${number} conflicts with ${pull.base.ref}`);
    const push = { branch: pull.base.ref, before: merged.before, after: merged.mergeCommit };
    const deliver = options.deliver ?? true;
    const [delivery] = await Promise.all([
      deliver ? tell(pull, 'closed', by) : undefined,
      noticePush(state, record, push, by, deliver),
    ]);
    return { mergeCommit: merged.mergeCommit, delivery };
  }

  async function comment(number: number, body: string, login = usualAuthor): Promise<Delivery | undefined> {
    const pull = pullOf(number);
    const now = new Date();
    const made: Comment = {
      id: nextId(state, 'comment'),
      author: userNamed(login),
      byApp: false,
      repositoryId: record.id,
      issueNumber: number,
      body,
      createdAt: now,
      updatedAt: now,
      reactions: [],
    };
    record.comments.set(made.id, made);
    const payload = issueCommentPayload(state, record, pull, made, 'created', made.author);
    return emitOfRepository(state, 'issue_comment', payload, record);
  }

  async function deleteComment(id: number, login = usualAuthor): Promise<Delivery | undefined> {
    const gone = record.comments.get(id);
    if (gone === undefined) throw new Error(`${fullName(record)} has no comment ${id}`);
    record.comments.delete(id);
    const payload = issueCommentPayload(state, record, pullOf(gone.issueNumber), gone, 'deleted', userNamed(login));
    return emitOfRepository(state, 'issue_comment', payload, record);
  }

  return {
    id: record.id,
    owner: record.owner.login,
    ownerId: record.owner.id,
    get name() {
      return record.name;
    },
    get fullName() {
      return fullName(record);
    },
    private: record.private,
    get installationId() {
      return installationOf(state, record)?.id;
    },
    get htmlUrl() {
      return repositoryPage(state, record);
    },
    gitDir: record.gitDir,
    commit: (branch, files, message, options = {}) => commitTo(record, branch, files, message, options),
    pushed: (branch, before) => noticeOutsidePush(state, record, branch, before, userNamed(usualAuthor)),
    async revision(ref) {
      const commit = await resolveCommit(record.gitDir, ref);
      if (commit === undefined) throw new Error(`${fullName(record)} has no ${ref}`);
      return commit;
    },
    openPullRequest,
    pullRequest: pullOf,
    push(number, files, message = 'One more commit') {
      const pull = pullOf(number);
      return commitTo(pull.head.repository, pull.head.ref, files, message, { author: pull.author.login });
    },
    merge,
    async close(number) {
      const pull = pullOf(number);
      await refreshPull(record, pull);
      await closePull(record, pull);
      return tell(pull, 'closed', userNamed(usualAuthor));
    },
    label(number, ...names) {
      const pull = pullOf(number);
      const fresh = names.filter((name) => !pull.labels.some((one) => one.name.toLowerCase() === name.toLowerCase()));
      pull.labels.push(...fresh.map((name) => labelOf(state, record, name)));
      return Promise.all(fresh.map((name) => withLabel(pull, 'labeled', name)));
    },
    unlabel(number, name) {
      const pull = pullOf(number);
      pull.labels = pull.labels.filter((one) => one.name.toLowerCase() !== name.toLowerCase());
      return withLabel(pull, 'unlabeled', name);
    },
    edit(number, { title, body }) {
      const pull = pullOf(number);
      const changes = {
        ...(title === undefined ? {} : { title: { from: pull.title } }),
        ...(body === undefined ? {} : { body: { from: pull.body ?? '' } }),
      };
      pull.title = title ?? pull.title;
      pull.body = body ?? pull.body;
      return tell(pull, 'edited', userNamed(usualAuthor), { changes });
    },
    ready(number) {
      const pull = pullOf(number);
      pull.draft = false;
      return tell(pull, 'ready_for_review', pull.author);
    },
    lock(number) {
      pullOf(number).locked = true;
    },
    setPermission(login, level) {
      userNamed(login);
      record.permissions.set(login.toLowerCase(), level);
    },
    checkRuns: (sha) =>
      [...state.checkRuns.values()]
        .filter((run) => run.repository === record && (sha === undefined || run.headSha === sha))
        .map((run) => ({ ...renderCheckRun(state, run), actions: run.actions })),
    annotations: (id) => runOf(id).annotations,
    async clickAction(id, identifier, sender) {
      const run = runOf(id);
      const shown = run.actions.map((action) => action.identifier);
      if (!shown.includes(identifier)) throw new Error(`check run ${id} has no button ${identifier}, only ${shown}`);
      const more = { requested_action: { identifier } };
      const payload = checkRunPayload(state, run, 'requested_action', userNamed(sender), more);
      return emitOfRepository(state, 'check_run', payload, record);
    },
    rerequest(id, sender) {
      const payload = checkRunPayload(state, runOf(id), 'rerequested', userNamed(sender));
      return emitOfRepository(state, 'check_run', payload, record);
    },
    comments: (number) => [...record.comments.values()].filter((one) => one.issueNumber === number),
    comment,
    deleteComment,
    payload(number, action = 'closed', { sender, ...options } = {}) {
      const pull = pullOf(number);
      const by = sender === undefined ? (pull.mergedBy ?? userNamed(usualAuthor)) : userNamed(sender);
      const payload = judged(state, 'pull_request', pullRequestPayload(state, record, pull, action, by));
      return signWebhook(state, 'pull_request', payload, options);
    },
    rename(name) {
      record.formerNames.push(record.name.toLowerCase());
      record.name = name;
    },
    remove() {
      record.removed = true;
      for (const installation of state.installations.values()) installation.repositoryIds.delete(record.id);
    },
  };
}
