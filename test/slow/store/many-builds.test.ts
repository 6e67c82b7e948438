import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BuildFilter, Store } from '../../../src/store/store.ts';
import { embeddedPlaces, type Places, postgresPlaces } from '../../integration/store/places.ts';
import { artifact, newMerge, published, publishing } from '../../integration/store/samples.ts';

const builds = 10_000;
const listed = 50;
/** Milliseconds for a page of the list: what a person takes for at once, with room for a busy machine. */
const mostMs = 500;

/** As many ended builds as that, of ten services, every tenth of them failed. */
const multiply = `
  insert into slipway.merges select (jsonb_populate_record(m, jsonb_build_object(
    'id', 'merge-' || n, 'number', 10000 + n, 'delivery_id', 'delivery-' || n))).*
  from slipway.merges m, generate_series(1, ${builds}) n;
  insert into slipway.builds overriding system value select (jsonb_populate_record(b, jsonb_build_object(
    'id', 'build-' || n, 'seq', 1000 + n, 'merge_id', 'merge-' || n, 'service', 'service-' || n % 10,
    'version', '1.0.' || n, 'verdict', case when n % 10 = 0 then 'failed' else 'published' end))).*
  from slipway.builds b, generate_series(1, ${builds}) n;
  delete from slipway.builds where seq < 1000;
  analyze`;

for (const [name, open] of [
  ['the embedded store', embeddedPlaces],
  ['a store on PostgreSQL', postgresPlaces],
] as const) {
  describe(`${builds} builds in ${name}`, () => {
    let places: Places;
    let store: Store;
    let repositoryId = 0;
    before(async () => {
      places = await open();
      const place = await places.make();
      const first = await place.store();
      const merge = newMerge();
      ({ repositoryId } = merge);
      const { id } = await first.takeIn(merge);
      const planned = await first.settlePlan(id, publishing(artifact('service-0')));
      const claim = (await first.claim(planned.builds[0]?.id ?? '')) ?? assert.fail('no claim');
      await first.endBuild(claim.build.id, claim.lease, published());
      await first.close();
      const database = await place.database();
      await database.script(multiply);
      await database.close();
      store = await place.store();
    });
    after(async () => {
      await store?.close();
      await places?.close();
    });

    async function walk(filter: Partial<BuildFilter>) {
      const seen: string[] = [];
      let slowest = 0;
      for (let before: string | undefined; ; ) {
        const began = performance.now();
        const page = await store.listBuilds({
          among: [repositoryId],
          limit: listed,
          ...filter,
          ...(before === undefined ? {} : { before }),
        });
        slowest = Math.max(slowest, performance.now() - began);
        seen.push(...page.map(({ build }) => build.id));
        before = page.at(-1)?.build.id;
        if (page.length < listed) return { seen, slowest };
      }
    }

    for (const [what, filter, count] of [
      ['all', {}, builds],
      ['the failed', { status: 'failed' }, builds / 10],
      ['those of a service', { service: 'service-3' }, builds / 10],
    ] as const) {
      it(`${what} are paged through to the end, each once, each page in bounded time`, async () => {
        const { seen, slowest } = await walk(filter);
        assert.equal(seen.length, count);
        assert.equal(new Set(seen).size, count);
        assert.ok(slowest < mostMs, `a page took ${Math.round(slowest)} ms`);
      });
    }

    it('badge, counts and the first page of what is not for the reader take bounded time too', async () => {
      const began = performance.now();
      assert.equal((await store.badge(repositoryId, 'service-3')).good, `1.0.${builds - 7}`);
      await store.counts();
      assert.equal((await store.tallies()).length, 2);
      assert.deepEqual(await store.listBuilds({ among: [1], limit: listed }), []);
      assert.deepEqual(await store.installations(), [
        { id: (await store.merge('merge-1'))?.installationId, repositories: 1 },
      ]);
      const took = performance.now() - began;
      assert.ok(took < 4 * mostMs, `${Math.round(took)} ms`);
    });
  });
}
