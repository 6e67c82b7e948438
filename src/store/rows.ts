import type { Build, BuildState, BuildStep, Obstacle, Outcome, Phase, Staged, Timing } from '../build-terms.ts';
import type { Merge, Plan } from '../terms.ts';
import type { Conflict, MergeRecord } from './store.ts';

/** A value as it comes back from JSON. */
export type FromJson<T> = T extends Date ? string : T extends object ? { readonly [K in keyof T]: FromJson<T[K]> } : T;

/** Drivers give `bigint` as a number or as text. */
type Big = number | string;

export type MergeRow = {
  readonly id: string;
  readonly installation_id: Big;
  readonly repository_id: Big;
  readonly owner: string;
  readonly repo: string;
  readonly private: boolean;
  readonly number: number;
  readonly merge_commit: string;
  readonly head_sha: string;
  readonly base_ref: string;
  readonly title: string;
  readonly labels: Merge['labels'];
  readonly author: string;
  readonly repository_url: string;
  readonly merged_at: Date;
  readonly delivery_id: string;
  readonly received_at: Date;
  readonly plan: Plan | null;
  readonly conflicts: readonly Conflict[] | null;
  readonly comment_id: Big | null;
  readonly comment_sha256: string | null;
};

export type BuildRow = {
  readonly priority: number;
  readonly id: string;
  readonly merge_id: string;
  readonly artifact: Build['artifact'];
  readonly state: BuildState;
  readonly verdict: Outcome['verdict'] | null;
  readonly phase: Phase | null;
  readonly timings: Partial<Record<Phase, FromJson<Timing>>>;
  readonly lease: number;
  readonly cancel_requested: boolean;
  readonly committing: boolean;
  readonly cancelled_by: string | null;
  readonly requested_by: string | null;
  readonly no_cache: boolean;
  readonly tries: Build['tries'];
  readonly worked_ms: Big;
  readonly retry_at: Date | null;
  readonly waits_for: Obstacle | null;
  readonly built: NonNullable<Build['built']> | null;
  readonly staged: Staged | null;
  readonly outcome: FromJson<Outcome> | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
};

/** The properties that are not null; what is absent in our types is null in a row. */
export function present<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

const commentOf = ({ comment_id: id, comment_sha256: sha256 }: MergeRow) =>
  id === null || sha256 === null ? null : { id: Number(id), sha256 };

export function toMerge(row: MergeRow): MergeRecord {
  return {
    id: row.id,
    installationId: Number(row.installation_id),
    repositoryId: Number(row.repository_id),
    owner: row.owner,
    repo: row.repo,
    private: row.private,
    number: row.number,
    mergeCommit: row.merge_commit,
    headSha: row.head_sha,
    baseRef: row.base_ref,
    title: row.title,
    labels: row.labels,
    author: row.author,
    repositoryUrl: row.repository_url,
    mergedAt: row.merged_at,
    deliveryId: row.delivery_id,
    receivedAt: row.received_at,
    ...present({ plan: row.plan, comment: commentOf(row) }),
  };
}

export function toStep({ startedAt, endedAt, ...step }: FromJson<BuildStep>): BuildStep {
  return { ...step, ...present({ startedAt: dateOf(startedAt), endedAt: dateOf(endedAt) }) };
}

function toOutcome(outcome: FromJson<Outcome>): Outcome {
  return { ...outcome, steps: outcome.steps.map(toStep) } as Outcome;
}

export function toTiming(timing: FromJson<Timing>): Timing {
  return { startedAt: new Date(timing.startedAt), ...present({ endedAt: dateOf(timing.endedAt) }) };
}

export function toBuild(row: BuildRow): Build {
  const timings = Object.entries(row.timings).map(([phase, timing]) => [phase, toTiming(timing)]);
  return {
    id: row.id,
    mergeId: row.merge_id,
    artifact: row.artifact,
    state: row.state,
    timings: Object.fromEntries(timings),
    lease: row.lease,
    cancelRequested: row.cancel_requested,
    noCache: row.no_cache,
    tries: row.tries,
    workedMs: Number(row.worked_ms),
    createdAt: row.created_at,
    ...present({
      phase: row.phase,
      cancelledBy: row.cancelled_by,
      requestedBy: row.requested_by,
      retryAt: row.retry_at,
      waitsFor: row.waits_for,
      built: row.built,
      staged: row.staged,
      outcome: row.outcome === null ? null : toOutcome(row.outcome),
      startedAt: row.started_at,
      endedAt: row.ended_at,
    }),
  };
}
