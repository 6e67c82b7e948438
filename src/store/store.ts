import type { Build, BuildStep, Obstacle, Outcome, Phase, Staged, Timing } from '../build-terms.ts';
import type { Artifact, Plan, PullRequest, ReadPlan } from '../terms.ts';
import type { KnownText, MergeGroup, PlanCheck, PullRecord, Standing } from './pull-records.ts';
import type {
  Act,
  BadgeState,
  BuildFilter,
  CancelAnswer,
  CheckKey,
  Claim,
  Counts,
  GiveBack,
  JobContext,
  KnownService,
  LogChunk,
  MergeRecord,
  NewMerge,
  Planned,
  Pulse,
  Session,
  SweepMark,
  Tally,
  Transfer,
  Watch,
  Worker,
  WrittenCheck,
  WrittenComment,
} from './records.ts';

export type * from './pull-records.ts';
export type * from './records.ts';

/**
 * Everything that outlives the process, behind a few verbs: the same code on the embedded store and on PostgreSQL.
 * Every verb is one transaction; a failed one throws `SlipwayError('store-failed')` and has changed nothing.
 */
export type Store = {
  /** One durable row and one job of the merge queue, in one transaction. `known`: the row was there already. */
  takeIn(merge: NewMerge): Promise<{ readonly id: string; readonly known: boolean }>;
  /** A durable job; a second delivery of the same act adds none. */
  takeAct(act: Act): Promise<void>;
  /** Writes over what older events told, and sends the job that makes the plan; a closed one lets its claims go. */
  takePull(pull: PullRequest): Promise<void>;
  takeMergeGroup(group: MergeGroup): Promise<void>;
  /** Has the plan of an open pull request read anew; false where there is none. */
  planAgain(repositoryId: number, number: number): Promise<boolean>;
  pull(repositoryId: number, number: number): Promise<PullRecord | undefined>;
  /** Open ones, by number. */
  pullsOfHead(repositoryId: number, headSha: string): Promise<readonly PullRecord[]>;
  /** Keeps the plan and its claims, and has it shown, unless a newer event has come meanwhile. */
  keepReadPlan(pull: Pick<PullRecord, 'repositoryId' | 'number' | 'seq'>, read: ReadPlan): Promise<void>;
  /** Without a version, nobody holds or claims it. */
  standing(service: string, version?: string): Promise<Standing>;
  planCheck(repositoryId: number, headSha: string): Promise<PlanCheck | undefined>;
  keepPlanCheck(repositoryId: number, headSha: string, check: PlanCheck): Promise<void>;
  /** The commit whose plan a check run shows, by GitHub's id. */
  planCheckOf(checkRunId: number): Promise<{ readonly repositoryId: number; readonly headSha: string } | undefined>;
  /** Whether a check of a plan was sent for this repository, and GitHub's answer has not been kept yet. */
  isPlanBeingShown(repositoryId: number): Promise<boolean>;
  /**
   * @param place `pull:7`, which no branch can be called: the head of a pull request; `develop`: a branch; `author:ada`: GitHub's
   *   answer of what an account may do
   */
  text(repositoryId: number, place: string, path: string): Promise<KnownText | undefined>;
  keepText(repositoryId: number, place: string, path: string, known: KnownText): Promise<void>;
  /** Keeps what a branch has. Where that is new, plans of the branch's open pull requests `besides` one are read anew. */
  keepBranchText(repositoryId: number, branch: string, path: string, known: KnownText, besides: number): Promise<void>;
  /** Has plans of the branch's open pull requests read anew where they were read with another text than this one. */
  noticeBranchText(repositoryId: number, branch: string, path: string, text: string | undefined): Promise<void>;

  merge(id: string): Promise<MergeRecord | undefined>;
  /** The newest merge of a pull request. */
  mergeOfPull(repositoryId: number, number: number): Promise<MergeRecord | undefined>;
  /**
   * Has a merge planned again, by other labels where they are given, if nothing of its service stands against it: it was
   * refused or skipped, as a whole or in one of its builds. False where there is nothing to plan.
   */
  planMergeAgain(mergeId: string, labels?: readonly string[]): Promise<boolean>;
  sweepMark(repositoryId: number): Promise<SweepMark | undefined>;
  keepSweepMark(repositoryId: number, kept: SweepMark): Promise<void>;
  /** A repository goes on under another name; its id stays. */
  moveRepository(
    repositoryId: number,
    name: { readonly owner: string; readonly repo: string; readonly url: string },
  ): Promise<void>;
  /** Ends what waits of these repositories, or of all of an installation: builds as `cancelled`. @returns how many builds */
  abandon(
    gone: { readonly repositoryIds: readonly number[] } | { readonly installationId: number },
    reason: string,
  ): Promise<number>;
  /** The earliest merge of this repository that has no plan yet (by merge time, then number). */
  nextUnplanned(repositoryId: number): Promise<MergeRecord | undefined>;
  /**
   * Keeps the plan; makes a reservation, a build and a job for each of its artifacts that is free, and a report job for
   * what was refused.
   *
   * @param settle an artifact of a bump at its version, given the reserved and published ones of its service; nobody else can
   *   reserve one meanwhile
   */
  settlePlan(
    mergeId: string,
    plan: Plan,
    settle?: (artifact: Artifact, reserved: readonly string[]) => Artifact,
  ): Promise<Planned>;

  build(id: string): Promise<Build | undefined>;
  buildsOf(mergeId: string): Promise<readonly Build[]>;
  /** The build whose check run it is, by GitHub's id. */
  buildOfCheck(checkRunId: number): Promise<string | undefined>;
  /** The newest build of each service of merges with this head or merge commit. */
  buildsOfCommit(repositoryId: number, sha: string): Promise<readonly Build[]>;
  /** Which of these builds have ended; ids that nobody knows are not among them. */
  endedOf(buildIds: readonly string[]): Promise<readonly string[]>;
  /** Newest first. */
  listBuilds(filter: BuildFilter): Promise<readonly { build: Build; merge: MergeRecord }[]>;
  /** All services that belong to somebody, by name. */
  services(): Promise<readonly string[]>;
  /** Gives a service to a repository that is known here by this name, in whatever case. */
  transferService(service: string, to: { readonly owner: string; readonly repo: string }): Promise<Transfer>;
  /** Services that belong to the repository of this name, in whatever case. */
  servicesOf(owner: string, repo: string): Promise<readonly KnownService[]>;
  badge(repositoryId: number, service: string): Promise<BadgeState>;
  /** The installations that merges came from, with the number of their repositories among them. */
  installations(): Promise<readonly { readonly id: number; readonly repositories: number }[]>;
  pulses(buildIds: readonly string[]): Promise<readonly Pulse[]>;
  /** Steps of a running build. An older lease keeps nothing. */
  keepSteps(buildId: string, lease: number, steps: readonly BuildStep[]): Promise<void>;
  stepsOf(buildId: string): Promise<readonly BuildStep[]>;
  /** The report of an ended build stands on GitHub; the first time counts. */
  reported(buildId: string): Promise<void>;
  /** Places among the builds that wait, from 1. */
  places(buildIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Place among the builds that wait, from 1; undefined when it does not wait. */
  place(buildId: string): Promise<number | undefined>;
  /** The last published build of a service before this one. */
  previousPublished(service: string, beforeBuildId: string): Promise<Build | undefined>;
  /**
   * Takes a build up: state `running`, a new lease, and a report job where it had waited. One that was running has lost
   * its worker: a crash in its phase. Undefined when it has ended.
   */
  claim(buildId: string): Promise<Claim | undefined>;
  /** Every verb below with a lease throws `SlipwayError('lease-lost')` when another worker has taken the build since. */
  /** Ends the phase that this worker was in before. */
  enterPhase(buildId: string, lease: number, phase: Phase, built?: Build['built']): Promise<void>;
  leavePhase(buildId: string, lease: number, phase: Phase): Promise<Timing>;
  /** Puts the build back among those that wait: this worker goes on with it later, or another one does. The job's handler then throws. */
  giveBack(buildId: string, lease: number, back: GiveBack): Promise<void>;
  /** A build that cannot be taken up yet waits for this; nothing is spent. The job's handler then throws. */
  postpone(buildId: string, obstacle: Obstacle, waitSeconds: number): Promise<void>;
  watch(buildId: string, lease: number): Promise<Watch>;
  recordStaged(buildId: string, lease: number, staged: Staged): Promise<void>;
  /** The point of no return: true when the lease stands and nobody asked to cancel; from then on a cancel comes too late. */
  beginPublication(buildId: string, lease: number): Promise<boolean>;
  /** Asks whoever works on the build to end it as `cancelled`; one that waits ends at once. */
  requestCancel(buildId: string, by: string): Promise<CancelAnswer>;
  /** A new build of what an ended one was to publish, with the version reserved again; or why there is none. */
  rebuild(
    buildId: string,
    options: { readonly noCache: boolean; readonly by: string },
  ): Promise<{ readonly build: Build } | { readonly refused: string }>;
  /** Keeps the outcome, keeps or releases the reservation, and sends the report job, in one transaction. */
  endBuild(buildId: string, lease: number, outcome: Outcome): Promise<void>;

  /**
   * Removes some of what ended before this moment: logs, builds without a version, merges and closed pull requests that
   * nothing needs any more.
   *
   * @returns how many rows; 0: nothing is left to remove
   */
  forget(before: Date): Promise<number>;

  appendLog(buildId: string, text: string, stepId?: string): Promise<void>;
  /** The chunks that hold the last lines, at most so many and some more. */
  tailLog(buildId: string, lines: number): Promise<readonly LogChunk[]>;
  /** @param limit of chunks */
  readLog(buildId: string, afterSeq?: number, limit?: number): Promise<readonly LogChunk[]>;

  /** The check run that stands for a part of this merge, so that it is edited and not made again. */
  check(mergeId: string, key: CheckKey): Promise<WrittenCheck | undefined>;
  /**
   * Keeps how a check is written, in the place of what was known of it.
   *
   * @param known undefined: nothing was
   * @returns false when it is no longer what was known: another worker has written it since
   */
  replaceCheck(
    mergeId: string,
    key: CheckKey,
    known: WrittenCheck | undefined,
    written: WrittenCheck,
  ): Promise<boolean>;
  rememberComment(mergeId: string, written: WrittenComment): Promise<void>;

  /** A small value under a name: keys made at first start, the App's owner. */
  recall(name: string): Promise<string | undefined>;
  remember(name: string, value: string): Promise<void>;
  /** The value under the name; `make`'s, kept, where there is none. */
  recallOr(name: string, make: () => string): Promise<string>;

  /** Start handing out jobs. A handler that throws gets its job again; one that returns has dealt with it. */
  workMerges(handler: (repositoryId: number, context: JobContext) => Promise<void>): Promise<void>;
  workBuilds(concurrency: number, handler: (buildId: string, context: JobContext) => Promise<void>): Promise<void>;
  workActs(handler: (act: Act, context: JobContext) => Promise<void>): Promise<void>;
  workPlans(handler: (repositoryId: number, number: number, context: JobContext) => Promise<void>): Promise<void>;
  /** Plans are shown one at a time for each commit. */
  workPlanChecks(handler: (repositoryId: number, headSha: string, context: JobContext) => Promise<void>): Promise<void>;
  /** Reports of one merge are handed out one at a time. */
  workReports(handler: (mergeId: string, context: JobContext) => Promise<void>): Promise<void>;
  /**
   * Hands out no further jobs and waits for the running ones, at most this long (milliseconds). The signals of those that
   * are left then end, and they get two seconds to leave in order; their jobs are handed out again.
   */
  stopWork(graceMs: number): Promise<void>;

  /** A worker tells of itself, every few seconds. */
  keepWorker(worker: Omit<Worker, 'seenAt'>): Promise<void>;
  /** Those that were heard of within the last minute. */
  workers(): Promise<readonly Worker[]>;
  /** When an engine last answered any worker; undefined when nobody knows it. */
  engineSeen(engineId: string): Promise<Date | undefined>;

  keepSession(session: Omit<Session, 'createdAt'>): Promise<void>;
  /** Undefined when there is none, or when it has expired. */
  session(idSha256: string): Promise<Session | undefined>;
  /** Expires it after so many seconds, where it does not earlier. */
  endSession(idSha256: string, afterSeconds: number): Promise<void>;

  counts(): Promise<Counts>;
  /** All builds that have ever ended, those that were removed too. */
  tallies(): Promise<readonly Tally[]>;
  /** Copies the embedded store, as it is now, into `target/store/pgdata`; PostgreSQL throws `unsupported`. */
  copyTo(target: string): Promise<void>;
  /** Throws when no row can be written. */
  ping(): Promise<void>;
  close(): Promise<void>;
};
