import type { Access, Unit } from './access.ts';
import { present } from './rows.ts';
import type { KnownText, Store } from './store.ts';

type TextRow = {
  readonly ref: string;
  readonly etag: string | null;
  readonly text: string | null;
  readonly is_plain: boolean;
  readonly merge_base: string | null;
  readonly patch: string | null;
  readonly commits: number | null;
};
type Place = { readonly repositoryId: number; readonly place: string; readonly path: string };

/** Texts that GitHub need not send again, and who is told when one of a branch changes. */
export function textVerbs(access: Access): Pick<Store, 'text' | 'keepText' | 'keepBranchText' | 'noticeBranchText'> {
  return {
    async text(repositoryId, place, path) {
      const [row] = await access.query<TextRow>('reading a text', select, [repositoryId, place, path]);
      if (row === undefined) return undefined;
      const { ref, etag, text, is_plain: isPlain, merge_base: mergeBase, patch, commits } = row;
      return { ref, isPlain, ...present({ etag, text, mergeBase, patch, commits }) };
    },

    async keepText(repositoryId, place, path, known) {
      await access.query('keeping a text', upsert, valuesOf({ repositoryId, place, path }, known));
    },

    keepBranchText: (repositoryId, place, path, known, besides) =>
      access.transact('keeping a branch’s text', async (unit) => {
        const isOther = await differs(unit, { repositoryId, place, path }, known.text);
        await unit.query(upsert, valuesOf({ repositoryId, place, path }, known));
        if (isOther) await planBranchAgain(unit, repositoryId, place, besides);
      }),

    async noticeBranchText(repositoryId, place, path, text) {
      const doing = 'noticing a branch’s text';
      // A merge waits for this, and seldom changes it.
      const [row] = await access.query<TextRow>(doing, select, [repositoryId, place, path]);
      if (row === undefined || (row.text ?? undefined) === text) return;
      await access.transact(doing, async (unit) => {
        if (await differs(unit, { repositoryId, place, path }, text)) await planBranchAgain(unit, repositoryId, place);
      });
    },
  };
}

const select = 'select * from slipway.texts where repository_id = $1 and place = $2 and path = $3';

const upsert = `insert into slipway.texts
  (repository_id, place, path, ref, etag, text, is_plain, merge_base, patch, commits)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (repository_id, place, path) do update
    set ref = excluded.ref, etag = excluded.etag, text = excluded.text, is_plain = excluded.is_plain,
      merge_base = excluded.merge_base, patch = excluded.patch, commits = excluded.commits`;

const valuesOf = ({ repositoryId, place, path }: Place, known: KnownText) => [
  repositoryId,
  place,
  path,
  known.ref,
  known.etag,
  known.text,
  known.isPlain === true,
  known.mergeBase,
  known.patch,
  known.commits,
];

/** Holds the text, so that one change asks for the plans once. What nobody has read yet changes no plan. */
async function differs(unit: Unit, { repositoryId, place, path }: Place, text: string | undefined): Promise<boolean> {
  const [row] = await unit.query<{ readonly differs: boolean }>(
    `select text is distinct from $4 as differs from slipway.texts
     where repository_id = $1 and place = $2 and path = $3 for update`,
    [repositoryId, place, path, text],
  );
  return row?.differs === true;
}

async function planBranchAgain(unit: Unit, repositoryId: number, branch: string, besides?: number): Promise<void> {
  const rows = await unit.query<{ readonly number: number }>(
    `update slipway.pulls set seq = seq + 1
     where repository_id = $1 and base_ref = $2 and is_open and number is distinct from $3 returning number`,
    [repositoryId, branch, besides],
  );
  for (const { number } of rows) {
    await unit.send('plan', { repositoryId, number }, { key: `${repositoryId}:${number}` });
  }
}
