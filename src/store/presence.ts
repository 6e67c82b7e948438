import type { Access } from './access.ts';
import type { Store, Worker } from './store.ts';

type SessionRow = {
  id_sha256: string;
  user_id: number | string;
  login: string;
  sealed_token: string;
  created_at: Date;
  expires_at: Date;
};

/** Who is there: workers that build, and people who have signed in. */
export function presenceVerbs(
  access: Access,
): Pick<Store, 'keepWorker' | 'workers' | 'engineSeen' | 'keepSession' | 'session' | 'endSession'> {
  return {
    async keepWorker({ id, ...about }) {
      await access.query(
        'keeping what a worker tells of itself',
        `insert into slipway.workers (id, about, seen_at) values ($1, $2, now())
         on conflict (id) do update set about = excluded.about, seen_at = excluded.seen_at`,
        [id, JSON.stringify(about)],
      );
    },

    async workers() {
      const rows = await access.query<{ id: string; about: Omit<Worker, 'id' | 'seenAt'>; seen_at: Date }>(
        'reading the workers',
        `select id, about, seen_at from slipway.workers where seen_at > now() - interval '1 minute' order by id`,
      );
      return rows.map(({ id, about, seen_at: seenAt }) => ({ ...about, id, seenAt }));
    },

    async engineSeen(engineId) {
      const [row] = await access.query<{ at: Date | null }>(
        'asking when an engine was last seen',
        `select max((about->'lastEngine'->>'at')::timestamptz) as at from slipway.workers
         where about->'lastEngine'->>'id' = $1`,
        [engineId],
      );
      return row?.at ?? undefined;
    },

    async keepSession({ idSha256, userId, login, sealedToken, expiresAt }) {
      await access.transact('keeping a session', async (unit) => {
        await unit.query('delete from slipway.sessions where expires_at < now()');
        await unit.query(`delete from slipway.workers where seen_at < now() - interval '1 day'`);
        await unit.query(
          `insert into slipway.sessions (id_sha256, user_id, login, sealed_token, expires_at) values ($1, $2, $3, $4, $5)`,
          [idSha256, userId, login, sealedToken, expiresAt],
        );
      });
    },

    async session(idSha256) {
      const [row] = await access.query<SessionRow>(
        'reading a session',
        'select * from slipway.sessions where id_sha256 = $1 and expires_at > now()',
        [idSha256],
      );
      return (
        row && {
          idSha256: row.id_sha256,
          userId: Number(row.user_id),
          login: row.login,
          sealedToken: row.sealed_token,
          createdAt: row.created_at,
          expiresAt: row.expires_at,
        }
      );
    },

    async endSession(idSha256, afterSeconds) {
      await access.query(
        'ending a session',
        `update slipway.sessions set expires_at = least(expires_at, now() + $2::float8 * interval '1 second')
         where id_sha256 = $1`,
        [idSha256, afterSeconds],
      );
    },
  };
}
