import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { settleBump } from '../../../src/plan/settle-bump.ts';
import type { NewMerge, Store } from '../../../src/store/store.ts';
import type { Artifact } from '../../../src/terms.ts';
import type { Places } from './places.ts';
import { artifact, failed, fresh, newMerge, published, publishing } from './samples.ts';

/** How every store settles the versions that bump labels ask for. */
export function describeBumps(name: string, places: () => Places): void {
  describe(`bumps in ${name}`, () => {
    let store: Store;
    before(async () => {
      store = await (await places().make()).store();
    });
    after(() => store.close());

    const minor = (service: string): Artifact => ({ ...artifact(service, '0.0.0'), bump: 'minor' });
    async function plan(given: Partial<NewMerge>, wanted: Artifact, inRegistry: readonly string[] = []) {
      const { id } = await store.takeIn(newMerge(given));
      const { builds } = await store.settlePlan(id, publishing(wanted), (one, reserved) =>
        settleBump(one, [...inRegistry, ...reserved]),
      );
      return { id, build: builds[0] ?? assert.fail('no build') };
    }

    test('a bump gives the version behind those in the registry and those that are reserved, and the plan keeps it', async () => {
      const [service, repositoryId] = [`svc-${fresh()}`, fresh()];
      const first = await plan({ repositoryId }, minor(service), ['1.4.2']);
      const second = await plan({ repositoryId }, minor(service), ['1.4.2']);
      assert.deepEqual([first.build.artifact.version, second.build.artifact.version], ['1.5.0', '1.6.0']);
      const kept = (await store.merge(first.id))?.plan;
      assert.equal(kept?.kind === 'publish' && kept.artifacts[0]?.version, '1.5.0');
    });

    test('bumps that are settled at the same time give each merge a version of its own', async () => {
      const [service, repositoryId] = [`svc-${fresh()}`, fresh()];
      const plans = await Promise.all([1, 2, 3, 4].map(() => plan({ repositoryId }, minor(service))));
      assert.deepEqual(plans.map(({ build }) => build.artifact.version).sort(), ['0.1.0', '0.2.0', '0.3.0', '0.4.0']);
    });

    test('a Rebuild keeps the version of a bump, and is refused when another merge has it by then', async () => {
      const [service, repositoryId] = [`svc-${fresh()}`, fresh()];
      const fail = async (buildId: string) => {
        const claim = (await store.claim(buildId)) ?? assert.fail('no claim');
        await store.endBuild(buildId, claim.lease, failed());
      };
      const first = await plan({ repositoryId }, minor(service));
      await fail(first.build.id);
      const again = await store.rebuild(first.build.id, { noCache: false, by: 'ada' });
      assert.ok('build' in again);
      assert.equal(again.build.artifact.version, '0.1.0');
      await fail(again.build.id);
      const second = await plan({ repositoryId, number: 77 }, minor(service));
      assert.equal(second.build.artifact.version, '0.1.0');
      const claim = (await store.claim(second.build.id)) ?? assert.fail('no claim');
      await store.endBuild(second.build.id, claim.lease, published());
      const late = await store.rebuild(first.build.id, { noCache: false, by: 'ada' });
      assert.match('refused' in late ? late.refused : '', /already published by acme\/orders#77/);
    });
  });
}
