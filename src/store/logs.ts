import type { Access, Unit } from './access.ts';
import { splitLog } from './split-log.ts';
import type { LogChunk, Store } from './store.ts';

const chunkLimit = 64 * 1024;

type Ends = {
  readonly next_seq: number | string;
  readonly head_bytes: number | string;
  readonly marker_seq: number | string | null;
  readonly tail_bytes: number | string;
  readonly left_out: number | string;
  readonly next_line: number | string;
};

type ChunkRow = {
  readonly seq: number | string;
  readonly at: Date;
  readonly step_id: string | null;
  readonly text: string;
  readonly bytes: number;
  readonly first_line: number | string;
};

const columns = 'seq, at, step_id, text, bytes, first_line';

function toChunk({ step_id, bytes, seq, first_line, at, text }: ChunkRow): LogChunk {
  return {
    seq: Number(seq),
    at,
    text,
    firstLine: Number(first_line),
    ...(step_id === null ? {} : { stepId: step_id }),
    ...(bytes === 0 ? { leftOut: true } : {}),
  };
}

/**
 * Logs. Of one that is longer than the limit the head half and the tail half are kept, and between them a chunk that
 * says how much is missing; it keeps its place while the number in it grows.
 *
 * @param limit bytes kept for a build
 */
export function logVerbs(access: Access, limit: number): Pick<Store, 'appendLog' | 'readLog' | 'tailLog'> {
  const half = Math.max(1, Math.floor(limit / 2));
  const pieceLimit = Math.min(chunkLimit, half);
  return {
    appendLog: (buildId, text, stepId) =>
      access.transact('keeping a log', async (unit) => {
        if (text === '') return;
        // An update that changes nothing, for its lock: chunks of one build are numbered by one writer at a time.
        const [found] = await unit.query<Ends>(
          `insert into slipway.log_ends (build_id) values ($1)
           on conflict (build_id) do update set build_id = excluded.build_id returning *`,
          [buildId],
        );
        let seq = Number(found?.next_seq ?? 1);
        let head = Number(found?.head_bytes ?? 0);
        let tail = Number(found?.tail_bytes ?? 0);
        let leftOut = Number(found?.left_out ?? 0);
        let line = Number(found?.next_line ?? 1);
        let marker = found?.marker_seq == null ? undefined : Number(found.marker_seq);
        for (const piece of splitLog(text, pieceLimit)) {
          if (marker === undefined && head + piece.bytes <= half) {
            head += piece.bytes;
          } else {
            if (marker === undefined) marker = seq++;
            tail += piece.bytes;
          }
          await unit.query(
            'insert into slipway.logs (build_id, seq, step_id, text, bytes, first_line) values ($1, $2, $3, $4, $5, $6)',
            [buildId, seq++, stepId, piece.text, piece.bytes, line],
          );
          line += piece.text.split('\n').length - 1;
        }
        if (marker !== undefined && tail > half) {
          const gone = await dropOldest(unit, buildId, marker, half);
          tail -= gone;
          leftOut += gone;
          await unit.query(
            `insert into slipway.logs (build_id, seq, text, bytes) values ($1, $2, $3, 0)
             on conflict (build_id, seq) do update set text = excluded.text`,
            [buildId, marker, `... ${leftOut} bytes left out ...\n`],
          );
        }
        await unit.query(
          `update slipway.log_ends set next_seq = $2, head_bytes = $3, marker_seq = $4, tail_bytes = $5, left_out = $6,
             next_line = $7
           where build_id = $1`,
          [buildId, seq, head, marker, tail, leftOut, line],
        );
      }),

    async readLog(buildId, afterSeq = 0, limit = undefined) {
      const rows = await access.query<ChunkRow>(
        'reading a log',
        `select ${columns} from slipway.logs where build_id = $1 and seq > $2 order by seq limit $3`,
        [buildId, afterSeq, limit],
      );
      return rows.map(toChunk);
    },

    async tailLog(buildId, lines) {
      const rows = await access.query<ChunkRow>(
        'reading the end of a log',
        `select ${columns} from slipway.logs where build_id = $1
           and first_line >= (select next_line from slipway.log_ends where build_id = $1) - $2 order by seq`,
        [buildId, lines],
      );
      return rows.map(toChunk);
    },
  };
}

/**
 * Takes the oldest chunks of the tail away. More than has to go, so that not every line of a long log pays for it.
 *
 * @returns bytes taken away
 */
async function dropOldest(unit: Unit, buildId: string, marker: number, half: number): Promise<number> {
  const rows = await unit.query<{ bytes: number }>(
    `delete from slipway.logs l using (
       select seq, sum(bytes) over (order by seq desc) as from_end
       from slipway.logs where build_id = $1 and seq > $2
     ) t
     where l.build_id = $1 and l.seq = t.seq and t.from_end > $3
     returning l.bytes`,
    [buildId, marker, Math.max(1, Math.floor((half * 7) / 8))],
  );
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}
