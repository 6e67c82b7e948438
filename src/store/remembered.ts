import type { Access } from './access.ts';
import type { Store } from './store.ts';

/** Small values under names. */
export function rememberedVerbs(access: Access): Pick<Store, 'recall' | 'remember' | 'recallOr' | 'ping'> {
  async function recall(name: string): Promise<string | undefined> {
    const [row] = await access.query<{ value: string }>(
      'reading a value',
      'select value from slipway.settings where name = $1',
      [name],
    );
    return row?.value;
  }
  return {
    recall,

    async remember(name, value) {
      await access.query(
        'keeping a value',
        `insert into slipway.settings (name, value) values ($1, $2)
         on conflict (name) do update set value = excluded.value`,
        [name, value],
      );
    },

    async recallOr(name, make) {
      const known = await recall(name);
      if (known !== undefined) return known;
      const made = make();
      // Of two processes that make one at once, both get the one that came first.
      const [row] = await access.query<{ value: string }>(
        'keeping a value',
        `insert into slipway.settings (name, value) values ($1, $2)
         on conflict (name) do update set value = slipway.settings.value returning value`,
        [name, made],
      );
      return row?.value ?? made;
    },

    async ping() {
      await access.query(
        'writing a row',
        `insert into slipway.pings (id, at) values (1, now()) on conflict (id) do update set at = excluded.at`,
      );
    },
  };
}
