import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../errors.ts';
import type { Artifact, Plan } from '../terms.ts';
import type { Access, Unit } from './access.ts';
import { queueBuild } from './queue-build.ts';
import { refusedOutcome } from './refused-outcome.ts';
import { lockServices, reserve } from './reserve.ts';
import { type BuildRow, type MergeRow, toBuild } from './rows.ts';
import type { Conflict, Planned, Store } from './store.ts';

type Publish = Extract<Plan, { kind: 'publish' }>;

/** A plan becomes reservations, builds and jobs, all at once or not at all. */
export function planVerbs(access: Access): Pick<Store, 'settlePlan'> {
  return {
    settlePlan: (mergeId, wanted, settle) =>
      access.transact('keeping a plan', async (unit) => {
        const [merge] = await unit.query<MergeRow>('select * from slipway.merges where id = $1 for update', [mergeId]);
        if (merge === undefined) throw new SlipwayError('store-failed', `The store knows no merge ${mergeId}.`);
        if (merge.plan !== null) return settled(unit, merge);
        // Most merges are planned once: then nothing of it can be settled already.
        const isFirst = merge.conflicts === null;
        const open = wanted.kind === 'publish' && !isFirst ? await withoutSettled(unit, mergeId, wanted) : wanted;
        const plan = open.kind === 'publish' ? await settleVersions(unit, open, settle) : open;
        const artifacts = plan.kind === 'publish' ? plan.artifacts : [];
        const conflicts: Conflict[] = [];
        const queued: BuildRow[] = [];
        for (const artifact of artifacts) {
          const conflict = await reserve(unit, merge, artifact);
          if (conflict === undefined) {
            queued.push(await queueBuild(unit, merge, artifact));
          } else {
            conflicts.push(conflict);
            await refuseBuild(unit, merge, conflict);
          }
        }
        const [kept] = await unit.query<MergeRow>(
          'update slipway.merges set plan = $2, conflicts = $3 where id = $1 returning *',
          [mergeId, JSON.stringify(plan), JSON.stringify(conflicts)],
        );
        await unit.send('report', { mergeId }, { key: mergeId });
        return isFirst ? { builds: queued.map(toBuild), conflicts } : await settled(unit, kept ?? merge);
      }),
  };
}

/** A merge that is planned again keeps what it has of each service, unless that was refused or skipped. */
async function withoutSettled(unit: Unit, mergeId: string, plan: Publish): Promise<Publish> {
  const rows = await unit.query<Pick<BuildRow, 'verdict'> & { service: string }>(
    'select distinct on (service) service, verdict from slipway.builds where merge_id = $1 order by service, seq desc',
    [mergeId],
  );
  const kept = new Set(
    rows.filter(({ verdict }) => verdict !== 'refused' && verdict !== 'skipped').map(({ service }) => service),
  );
  return { ...plan, artifacts: plan.artifacts.filter(({ service }) => !kept.has(service.name)) };
}

/** Holds the services from here on, so that two merges never settle on one version. */
async function settleVersions(unit: Unit, plan: Publish, settle: Parameters<Store['settlePlan']>[2]): Promise<Publish> {
  await lockServices(unit, plan.artifacts);
  if (settle === undefined) return plan;
  const artifacts: Artifact[] = [];
  for (const artifact of plan.artifacts) {
    // A version that was given stays what it is.
    artifacts.push(artifact.bump === undefined ? artifact : settle(artifact, await versionsOf(unit, artifact)));
  }
  return { ...plan, artifacts };
}

/** Published or reserved. */
async function versionsOf(unit: Unit, { service }: Artifact): Promise<readonly string[]> {
  const rows = await unit.query<{ version: string }>('select version from slipway.reservations where service = $1', [
    service.name,
  ]);
  return rows.map(({ version }) => version);
}

/** A build that was refused here has never been taken up: its lease is 0. */
async function settled(unit: Unit, merge: MergeRow): Promise<Planned> {
  const rows = await unit.query<BuildRow>(
    `select * from slipway.builds where merge_id = $1 and not (state = 'ended' and lease = 0) order by seq`,
    [merge.id],
  );
  return { builds: rows.map(toBuild), conflicts: merge.conflicts ?? [] };
}

async function refuseBuild(unit: Unit, merge: MergeRow, conflict: Conflict): Promise<void> {
  const { artifact } = conflict;
  const outcome = refusedOutcome(conflict, new Set(await versionsOf(unit, artifact)));
  await unit.query(
    `insert into slipway.builds (id, merge_id, service, version, artifact, priority, state, outcome, verdict, ended_at)
     values ($1, $2, $3, $4, $5, 0, 'ended', $6, $7, now())`,
    [
      randomUUID(),
      merge.id,
      artifact.service.name,
      artifact.version,
      JSON.stringify(artifact),
      JSON.stringify(outcome),
      outcome.verdict,
    ],
  );
}
