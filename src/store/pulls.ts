import type { Artifact, PullRequest, ReadPlan } from '../terms.ts';
import type { Access, Unit } from './access.ts';
import type { PullRecord, Store } from './store.ts';
import { wakeChecks } from './wake-checks.ts';

type Verbs = Pick<Store, 'takePull' | 'planAgain' | 'pull' | 'pullsOfHead' | 'keepReadPlan'>;

type Big = number | string;
type PullRow = {
  readonly repository_id: Big;
  readonly number: number;
  readonly installation_id: Big;
  readonly owner: string;
  readonly repo: string;
  readonly private: boolean;
  readonly repository_url: string;
  readonly repository_size: Big;
  readonly is_open: boolean;
  readonly is_draft: boolean;
  readonly head_sha: string;
  readonly base_ref: string;
  readonly title: string;
  readonly labels: PullRequest['labels'];
  readonly author: string;
  readonly commits: number | null;
  readonly updated_at: Date;
  readonly seq: Big;
  readonly read_seq: Big | null;
  readonly read: ReadPlan | null;
};

type Claimed = { readonly service: string; readonly version: string | null };

/** Open pull requests: each a row that events write over, and a job that makes its plan. */
export function pullVerbs(access: Access): Verbs {
  return {
    takePull: (pull) =>
      access.transact('keeping a pull request', async (unit) => {
        const { repositoryId, number, headSha } = pull;
        const before = await lockPull(unit, repositoryId, number);
        // GitHub delivers in no order; its times are whole seconds, so of two within one the later delivery counts.
        if (before !== undefined && before.updated_at > pull.updatedAt) return;
        await unit.query(upsert, valuesOf(pull));
        if (!pull.isOpen) await letGo(unit, pull);
        if (before !== undefined && before.is_draft !== pull.isDraft) await wakeRivals(unit, pull);
        if (before?.is_open && before.head_sha !== headSha) await sendCheck(unit, repositoryId, before.head_sha);
        if (pull.isOpen) await sendPlan(unit, repositoryId, number);
        else if (before?.is_open) await sendCheck(unit, repositoryId, before.head_sha);
      }),

    planAgain: (repositoryId, number) =>
      access.transact('asking for a plan', async (unit) => {
        const [row] = await unit.query(
          `update slipway.pulls set seq = seq + 1 where repository_id = $1 and number = $2 and is_open returning number`,
          [repositoryId, number],
        );
        if (row === undefined) return false;
        await sendPlan(unit, repositoryId, number);
        return true;
      }),

    async pull(repositoryId, number) {
      const [row] = await access.query<PullRow>(
        'reading a pull request',
        'select * from slipway.pulls where repository_id = $1 and number = $2',
        [repositoryId, number],
      );
      return row && toPull(row);
    },

    async pullsOfHead(repositoryId, headSha) {
      const rows = await access.query<PullRow>(
        'reading the pull requests of a commit',
        'select * from slipway.pulls where repository_id = $1 and head_sha = $2 and is_open order by number',
        [repositoryId, headSha],
      );
      return rows.map(toPull);
    },

    keepReadPlan: ({ repositoryId, number, seq }, read) =>
      access.transact('keeping a plan that was read', async (unit) => {
        const row = await lockPull(unit, repositoryId, number);
        // Another event has come meanwhile, and its job makes the plan anew.
        if (row === undefined || !row.is_open || Number(row.seq) !== seq) return;
        await unit.query(
          'update slipway.pulls set read = $3, read_seq = seq where repository_id = $1 and number = $2',
          [repositoryId, number, JSON.stringify(read)],
        );
        await claim(unit, row, read);
        await sendCheck(unit, repositoryId, row.head_sha);
      }),
  };
}

async function lockPull(unit: Unit, repositoryId: number, number: number): Promise<PullRow | undefined> {
  const [row] = await unit.query<PullRow>(
    'select * from slipway.pulls where repository_id = $1 and number = $2 for update',
    [repositoryId, number],
  );
  return row;
}

/** A claim keeps its place as long as its version stays; those whom a change concerns are shown it. */
async function claim(unit: Unit, { repository_id, number, head_sha: by }: PullRow, read: ReadPlan): Promise<void> {
  const wanted = wantedBy(read);
  const key = [Number(repository_id), number];
  const had = await unit.query<Claimed>(
    'select service, version from slipway.claims where repository_id = $1 and number = $2',
    key,
  );
  const has = wanted.map(({ service, version, bump }) => ({ service: service.name, version: bump ? null : version }));
  const same = (one: Claimed) => (other: Claimed) => one.service === other.service && one.version === other.version;
  const gone = had.filter((one) => !has.some(same(one)));
  const come = has.filter((one) => !had.some(same(one)));
  for (const { service } of gone) {
    await unit.query('delete from slipway.claims where repository_id = $1 and number = $2 and service = $3', [
      ...key,
      service,
    ]);
  }
  for (const { service, version } of come) {
    await unit.query('insert into slipway.claims (repository_id, number, service, version) values ($1, $2, $3, $4)', [
      ...key,
      service,
      version,
    ]);
  }
  for (const { service, version } of [...gone, ...come]) {
    if (version !== null) await wakeChecks(unit, service, { claimed: version, by });
  }
}

/** By what applies now, and what else the pull request's own slipway.yml would publish. */
function wantedBy({ plan, next }: ReadPlan): readonly Artifact[] {
  const now = plan.kind === 'publish' ? plan.artifacts : [];
  const later = next?.kind === 'publish' ? next.artifacts : [];
  return [...now, ...later.filter(({ service }) => !now.some((one) => one.service.name === service.name))];
}

async function letGo(unit: Unit, { repositoryId, number, headSha: by }: PullRequest): Promise<void> {
  const gone = await unit.query<Claimed>(
    'delete from slipway.claims where repository_id = $1 and number = $2 returning service, version',
    [repositoryId, number],
  );
  await unit.query('delete from slipway.texts where repository_id = $1 and place = $2', [
    repositoryId,
    `pull:${number}`,
  ]);
  for (const { service, version } of gone) {
    if (version !== null) await wakeChecks(unit, service, { claimed: version, by });
  }
}

/** What a draft claims blocks nobody, and what it claims once it is ready does. */
async function wakeRivals(unit: Unit, { repositoryId, number, headSha: by }: PullRequest): Promise<void> {
  const claims = await unit.query<Claimed>(
    'select service, version from slipway.claims where repository_id = $1 and number = $2',
    [repositoryId, number],
  );
  for (const { service, version } of claims) {
    if (version !== null) await wakeChecks(unit, service, { claimed: version, by });
  }
}

const sendPlan = (unit: Unit, repositoryId: number, number: number): Promise<void> =>
  unit.send('plan', { repositoryId, number }, { key: `${repositoryId}:${number}` });

const sendCheck = (unit: Unit, repositoryId: number, headSha: string): Promise<void> =>
  unit.send('check', { repositoryId, headSha }, { key: `${repositoryId}:${headSha}` });

const columns = [
  'repository_id',
  'number',
  'installation_id',
  'owner',
  'repo',
  'private',
  'repository_url',
  'repository_size',
  'is_open',
  'is_draft',
  'head_sha',
  'base_ref',
  'title',
  'labels',
  'author',
  'commits',
  'updated_at',
];

const upsert = `insert into slipway.pulls (${columns.join(', ')})
  values (${columns.map((_, index) => `$${index + 1}`).join(', ')})
  on conflict (repository_id, number) do update set seq = slipway.pulls.seq + 1,
    ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`;

const valuesOf = (pull: PullRequest) => [
  pull.repositoryId,
  pull.number,
  pull.installationId,
  pull.owner,
  pull.repo,
  pull.private,
  pull.repositoryUrl,
  pull.repositorySize,
  pull.isOpen,
  pull.isDraft,
  pull.headSha,
  pull.baseRef,
  pull.title,
  JSON.stringify(pull.labels),
  pull.author,
  pull.commits,
  pull.updatedAt,
];

function toPull(row: PullRow): PullRecord {
  return {
    installationId: Number(row.installation_id),
    repositoryId: Number(row.repository_id),
    owner: row.owner,
    repo: row.repo,
    private: row.private,
    repositoryUrl: row.repository_url,
    repositorySize: Number(row.repository_size),
    number: row.number,
    isOpen: row.is_open,
    isDraft: row.is_draft,
    headSha: row.head_sha,
    baseRef: row.base_ref,
    title: row.title,
    labels: row.labels,
    author: row.author,
    ...(row.commits === null ? {} : { commits: row.commits }),
    updatedAt: row.updated_at,
    seq: Number(row.seq),
    isRead: row.read_seq !== null && Number(row.read_seq) === Number(row.seq),
    ...(row.read === null ? {} : { read: row.read }),
  };
}
