// What the verbs of the store take and give.

import type { Build, Fault, Phase, Verdict } from '../build-terms.ts';
import type { DiskState, Room } from '../disk.ts';
import type { Artifact, Merge, Plan } from '../terms.ts';

export type NewMerge = Omit<Merge, 'id'>;

/** A merge with what became of it. */
export type MergeRecord = Merge & {
  /** Absent until planned. */
  readonly plan?: Plan;
  readonly receivedAt: Date;
  readonly comment?: WrittenComment;
};

/** Why an artifact of a plan got no build. */
export type Conflict =
  /** The version is reserved or published by another merge. */
  | {
      readonly kind: 'version';
      readonly artifact: Artifact;
      readonly owner: { owner: string; repo: string; number: number; mergeCommit: string; published: boolean };
    }
  /** The service belongs to another repository. */
  | { readonly kind: 'service'; readonly artifact: Artifact; readonly owner: { owner: string; repo: string } };

/** `builds`: those that got a job. Each conflict is a build as well, one that has ended as `refused`; `buildsOf` has both. */
export type Planned = { readonly builds: readonly Build[]; readonly conflicts: readonly Conflict[] };

/** Which report of a merge is meant; each is written to GitHub once and edited afterwards. */
export type CheckKey = { readonly subject: string; readonly commit: 'head' | 'merge' };

/** The comment as we last wrote it: GitHub's id, and the SHA-256 of its text. */
export type WrittenComment = { readonly id: number; readonly sha256: string };

/** A check run as we last wrote it, or were about to. */
export type WrittenCheck = {
  /** GitHub's; absent before the first answer. */
  readonly id?: number;
  readonly status: string;
  /** False from before a write until its answer is kept: it may stand on GitHub or not. */
  readonly sure: boolean;
};

export type LogChunk = {
  readonly seq: number;
  readonly at: Date;
  readonly stepId?: string;
  readonly text: string;
  /** Number of its first line among all that were ever written, from 1; of the line before it, where that has not ended. */
  readonly firstLine: number;
  /** It stands for lines that are no longer kept, and has no number. */
  readonly leftOut?: true;
};

/** A claim on a build: what a worker holds while it works on it. */
export type Claim = { readonly build: Build; readonly merge: Merge; readonly lease: number };

export type BuildFilter = {
  readonly limit: number;
  /** Id of a build: only older ones. */
  readonly before?: string;
  /** Ids of the repositories whose builds are meant; all where absent. */
  readonly among?: readonly number[];
  readonly owner?: string;
  readonly repo?: string;
  readonly service?: string;
  readonly status?: Verdict | 'queued' | 'running';
};

/** A service of a repository, as its newest merge names it. */
export type KnownService = {
  readonly name: string;
  readonly repositoryId: number;
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
};

/** What a badge says: versions of the newest build that was published or failed, and of the last published one. */
export type BadgeState = {
  readonly last?: { readonly verdict: 'published' | 'failed'; readonly version: string };
  readonly good?: string;
};

/** What changes of a build while somebody looks at it. */
export type Pulse = {
  readonly id: string;
  readonly ended: boolean;
  /** Another text whenever anything but the log has changed. */
  readonly mark: string;
  /** `seq` of the last chunk of its log; 0: none. */
  readonly lastSeq: number;
};

/** A process that builds, as it told of itself a moment ago. */
export type Worker = {
  readonly id: string;
  readonly host: string;
  readonly concurrency: number;
  readonly running: number;
  /** Version of its engine; absent: it does not answer. */
  readonly engine?: string;
  /** The engine's own id, and when it last answered this worker (ISO 8601); absent: it never did. */
  readonly lastEngine?: { readonly id: string; readonly at: string };
  /** Bytes, of the disk of DATA_DIR. */
  readonly disk: Room & { readonly state: DiskState };
  readonly seenAt: Date;
};

/** A signed-in person. The token is sealed with what only their browser has. */
export type Session = {
  readonly idSha256: string;
  readonly userId: number;
  readonly login: string;
  readonly sealedToken: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

/** What a person asked for on GitHub: obeyed only if they may. */
export type Act = {
  readonly what:
    | 'cancel'
    | 'rebuild'
    | 'rebuild-no-cache'
    | 'set-version'
    | 'relabel'
    | 'command-plan'
    | 'command-build'
    | 'command-cancel';
  readonly about: /** The check run whose button it was; with the version that the button sets. */
    | { readonly checkRunId: number; readonly version?: string }
    /** The commit whose checks are all meant. */
    | { readonly headSha: string }
    /** A merged pull request, and all its labels. */
    | { readonly number: number; readonly labels: readonly string[] }
    /** A command in a comment on a pull request. */
    | { readonly number: number; readonly commentId: number };
  readonly repositoryId: number;
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
  /** Login. */
  readonly sender: string;
  readonly deliveryId: string;
};

/** Up to when the merged pull requests of a repository are known, and GitHub's tag of the list last seen. */
export type SweepMark = { readonly mark: Date; readonly etag?: string };

/** What a queue's handler is told beside the job: the signal ends with the worker, or when the job was taken away. */
export type JobContext = { readonly signal: AbortSignal };

/** `ended`: it has ended already. `too-late`: its publication has begun. `cancelling`: whoever holds it will find out. */
export type CancelAnswer = 'unknown' | 'ended' | 'too-late' | 'cancelling';

/** Why a worker lets a build go before its end. */
export type GiveBack = {
  /** The phase whose try has failed; absent where no try is spent. */
  readonly failed?: Phase;
  /** Seconds before it is handed out again. */
  readonly waitSeconds: number;
};

/** What a worker must know of its build while it works on it. */
export type Watch = {
  /** False when another worker has taken the build since, or it has ended. */
  readonly held: boolean;
  /** Login of who asked to cancel it; empty where nobody knows; absent where nobody asked. */
  readonly cancelledBy?: string;
};

export type Counts = {
  readonly queued: number;
  readonly running: number;
  readonly waitingMerges: number;
  /** When the build that waits longest was queued. */
  readonly oldestQueued?: Date;
};

/** A repository as the store knows it. */
export type KnownRepository = { readonly repositoryId: number; readonly owner: string; readonly repo: string };

/** What became of a transfer; `there`: the service was the repository's already. */
export type Transfer =
  | { readonly kind: 'moved' | 'there'; readonly from: KnownRepository; readonly to: KnownRepository }
  | { readonly kind: 'no-service' | 'no-repository' };

/** How many builds ended in the same way. */
export type Tally = { readonly verdict: Verdict; readonly fault?: Fault; readonly count: number };
