import type { Artifact } from '../terms.ts';
import type { Unit } from './access.ts';
import type { Session } from './database.ts';
import type { MergeRow } from './rows.ts';
import type { Conflict } from './store.ts';
import { wakeChecks } from './wake-checks.ts';

type ServiceRow = { readonly repository_id: number | string; readonly owner: string; readonly repo: string };
type Holder = Pick<MergeRow, 'owner' | 'repo' | 'number' | 'merge_commit'> & { readonly published: boolean };

/**
 * Claims the service and its version for a merge, or says who has them. The caller's transaction holds the lock of the
 * service (`lockServices`).
 */
export async function reserve(session: Unit, merge: MergeRow, artifact: Artifact): Promise<Conflict | undefined> {
  const name = artifact.service.name;
  const [owner] = await session.query<ServiceRow>('select * from slipway.services where name = $1', [name]);
  if (owner !== undefined && Number(owner.repository_id) !== Number(merge.repository_id)) {
    // Whoever claimed it has published nothing and is at nothing: the name is free again.
    const [used] = await session.query('select 1 from slipway.reservations where service = $1 limit 1', [name]);
    if (used !== undefined) return { kind: 'service', artifact, owner: { owner: owner.owner, repo: owner.repo } };
  }
  const holder = await claimVersion(session, merge, artifact);
  if (holder !== undefined) {
    const { owner, repo, number, published } = holder;
    return { kind: 'version', artifact, owner: { owner, repo, number, mergeCommit: holder.merge_commit, published } };
  }
  const isKnown =
    owner !== undefined &&
    Number(owner.repository_id) === Number(merge.repository_id) &&
    owner.owner === merge.owner &&
    owner.repo === merge.repo;
  if (!isKnown) await giveService(session, name, merge);
  await wakeChecks(session, name, { settled: artifact.version, by: merge.id });
  return undefined;
}

async function giveService(session: Session, name: string, merge: MergeRow): Promise<void> {
  await session.query(
    `insert into slipway.services (name, repository_id, owner, repo) values ($1, $2, $3, $4)
     on conflict (name) do update
       set repository_id = excluded.repository_id, owner = excluded.owner, repo = excluded.repo`,
    [name, merge.repository_id, merge.owner, merge.repo],
  );
}

async function claimVersion(session: Session, merge: MergeRow, artifact: Artifact): Promise<Holder | undefined> {
  const values = [artifact.service.name, artifact.version];
  for (;;) {
    const [made] = await session.query(
      `insert into slipway.reservations (service, version, merge_id) values ($1, $2, $3)
       on conflict do nothing returning version`,
      [...values, merge.id],
    );
    if (made !== undefined) return undefined;
    const [holder] = await session.query<Holder>(
      `select r.published, m.owner, m.repo, m.number, m.merge_commit
       from slipway.reservations r join slipway.merges m on m.id = r.merge_id
       where r.service = $1 and r.version = $2`,
      values,
    );
    // None: a build that ended has released it between the two statements.
    if (holder !== undefined) return holder;
  }
}

/** Holds the services for this transaction, so that what it finds about their owners stays true until it commits. */
export async function lockServices(session: Session, artifacts: readonly Artifact[]): Promise<void> {
  const names = new Set(artifacts.map(({ service }) => service.name));
  // In one order for everybody: two merges that want the same services never wait for one another.
  for (const name of [...names].sort()) await lockService(session, name);
}

/** As `lockServices`, for one. */
export async function lockService(session: Session, name: string): Promise<void> {
  await session.query('select pg_advisory_xact_lock(hashtextextended($1, 7353801926))', [name]);
}
