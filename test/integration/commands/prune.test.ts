import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { pruneCommand } from '../../../src/commands/prune.ts';
import { serveAdmin } from '../../../src/commands/serve-admin.ts';
import { storeVerbs } from '../../../src/commands/store-verbs.ts';
import type { SlipwayError } from '../../../src/errors.ts';
import type { Registry } from '../../../src/push/registry.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { type PutImage, putImage, putManifest } from '../../support/images.ts';
import { type StartedRegistry, startRegistry } from '../../support/registries.ts';
import { never, openClient, silentLog } from '../../support/registry-client.ts';
import { artifact, fresh, newMerge, published, publishing } from '../store/samples.ts';

type Printed = {
  readonly dryRun: boolean;
  readonly services: readonly {
    readonly service: string;
    readonly removed: readonly { readonly tag: string; readonly digest: string }[];
    readonly kept: readonly { readonly tag: string; readonly reason: string }[];
  }[];
};

describe('slipway prune', () => {
  let started: StartedRegistry;
  let registry: Registry;
  before(async () => {
    started = await startRegistry();
    registry = openClient(started);
  });
  after(async () => {
    await registry?.close();
    await started?.stop();
  });

  async function prune(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
    const said: string[] = [];
    const terminal = { out: (text: string) => void said.push(text), err: () => undefined, live: false };
    await pruneCommand(args, { environment: { REGISTRY: started.address, ...environment }, terminal, signal: never });
    return said.join('');
  }
  const pruneJson = async (...args: Parameters<typeof prune>): Promise<Printed> =>
    JSON.parse(await prune([...args[0], '--json'], args[1]));
  const tag = (name: string, to: string, image: PutImage) =>
    putManifest(started.url, name, to, image.mediaType, image.manifest);
  const failsWith = (code: string, message: RegExp) => (error: SlipwayError) =>
    error.code === code && message.test(`${error.message} ${error.help}`);

  /** What answers by tag, and by the digest that it had. */
  async function pullable(name: string, tags: ReadonlyMap<string, string>): Promise<readonly string[]> {
    const there: string[] = [];
    for (const [each, digest] of tags) {
      const [byTag, byDigest] = [await registry.digest(name, each, never), await registry.digest(name, digest, never)];
      assert.equal(byTag, byDigest, `${each} answers by tag and by digest alike`);
      if (byTag !== undefined) there.push(each);
    }
    return there.sort();
  }

  it('of 300 tags over 20 digests leaves exactly those whose digest nothing keeps any more', async () => {
    const name = 'many';
    const tags = new Map<string, string>();
    const put = async (to: string, image: PutImage) => void tags.set(to, await tag(name, to, image));
    const images: PutImage[] = [];
    for (let at = 0; at < 17; at += 1) {
      const image = await putImage(started.url, name, `0.${at}.0`);
      images.push(image);
      tags.set(`0.${at}.0`, image.digest);
      // 17 versions on each digest: 289 tags.
      for (let patch = 1; patch < 17; patch += 1) await put(`0.${at}.${patch}`, image);
    }
    const [first, second, third, fourth] = images as [PutImage, PutImage, PutImage, PutImage];
    // Digests that an alias, a name given by hand and a young version keep, and one whose alias is on another one.
    await put('latest', images[16] as PutImage);
    await put('0', images[16] as PutImage);
    await put('0.1', second);
    await put('as-audited', third);
    await put('0.16.17', fourth);
    const follower = (image: PutImage, ending: string) => `${image.digest.replace(':', '-')}${ending}`;
    for (const image of [first, second]) {
      const signature = await putImage(started.url, name, follower(image, '.sig'), { oci: true });
      tags.set(follower(image, '.sig'), signature.digest);
      await put(follower(image, '.att'), signature);
    }
    const sbom = await putImage(started.url, name, follower(first, '.sbom'), { oci: true });
    tags.set(follower(first, '.sbom'), sbom.digest);
    await put('0.1.17', second);
    assert.equal(tags.size, 300);
    assert.equal(new Set(tags.values()).size, 20);

    const before = await pullable(name, tags);
    assert.equal(before.length, 300);
    const dry = await pruneJson(['--service', name, '--keep', '3', '--dry-run']);
    assert.equal(dry.dryRun, true);
    assert.deepEqual(await pullable(name, tags), before);

    // The three newest are 0.16.17 (on the digest of 0.3.*) and 0.16.16, 0.16.15 (on that of `latest`).
    const staying = new Set([images[16]?.digest, second.digest, third.digest, fourth.digest]);
    const ofSecond = tags.get(follower(second, '.sig'));
    const expected = [...tags].filter(([, digest]) => staying.has(digest) || digest === ofSecond).map(([each]) => each);
    const done = await pruneJson(['--service', name, '--keep', '3']);
    assert.deepEqual(done.services, dry.services);
    assert.deepEqual(await pullable(name, tags), expected.sort());
    const [service] = done.services;
    assert.deepEqual(service?.kept.map((row) => row.tag).sort(), expected);
    assert.deepEqual(
      service?.removed.map((row) => row.tag).sort(),
      before.filter((each) => !expected.includes(each)),
    );

    // A second time there is nothing left to do.
    assert.deepEqual((await pruneJson(['--service', name, '--keep', '3'])).services[0]?.removed, []);
  });

  it('keeps what is young by its label, whichever policy says so, and shows why', async () => {
    const day = 86_400_000;
    const at = (days: number) => ({
      labels: { 'org.opencontainers.image.created': new Date(Date.now() - days * day).toISOString() },
    });
    await putImage(started.url, 'aged', '1.0.0', at(90));
    await putImage(started.url, 'aged', '1.1.0', at(40));
    await putImage(started.url, 'aged', '1.2.0', at(20));
    await putImage(started.url, 'aged', '1.3.0', at(10));
    await putImage(started.url, 'aged', '2.0.0-rc.1');
    const shown = await prune(['--service', 'aged', '--keep', '1', '--keep-within', '30d', '--dry-run']);
    assert.match(shown, /^aged: 2 of 5 tags would be removed\n/);
    assert.match(shown, /^ {2}- 1\.1\.0 +sha256:[0-9a-f]{64}$/m);
    assert.match(shown, /^ {4}1\.2\.0 +kept: it is young enough$/m);
    assert.match(shown, /^ {4}2\.0\.0-rc\.1 +kept: it is the newest$/m);
    assert.match(await prune(['--service', 'aged', '--keep', '4', '--keep-within', '15d']), /: 1 of 5 tags removed/);
    assert.deepEqual([...(await registry.tags('aged', never))].sort(), ['1.1.0', '1.2.0', '1.3.0', '2.0.0-rc.1']);
  });

  it('leaves the platforms of an index that stays, also where they have versions of their own', async () => {
    const type = 'application/vnd.oci.image.index.v1+json';
    const index = (...parts: PutImage[]) =>
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: type,
          manifests: parts.map(({ mediaType, digest, manifest }) => ({ mediaType, digest, size: manifest.length })),
        }),
      );
    const shared = await putImage(started.url, 'multi', '1.0.0-amd64', { oci: true });
    const old = await putImage(started.url, 'multi', '1.0.0-arm64', { oci: true });
    await putManifest(started.url, 'multi', '1.0.0', type, index(shared, old));
    await putManifest(started.url, 'multi', '2.0.0', type, index(shared));
    await prune(['--service', 'multi', '--keep', '1']);
    assert.deepEqual([...(await registry.tags('multi', never))].sort(), ['1.0.0-amd64', '2.0.0']);
    assert.equal(await registry.digest('multi', shared.digest, never), shared.digest);
    assert.equal(await registry.digest('multi', old.digest, never), undefined);
  });

  it('takes the services of the store, from the server that holds it or by opening it; rows stay', async (test) => {
    const { dataDir, open } = await storeWith(test, ['one', 'team/two']);
    for (const name of ['one', 'team/two', 'unknown']) {
      for (const version of ['1.0.0', '2.0.0']) await putImage(started.url, name, version);
    }
    const stopped = await pruneJson(['--keep', '1', '--dry-run'], { DATA_DIR: dataDir });
    assert.deepEqual(
      stopped.services.map(({ service, removed }) => [service, removed.map((row) => row.tag)]),
      [
        ['one', ['1.0.0']],
        ['team/two', ['1.0.0']],
      ],
    );
    const store = await open();
    const stop = await serveAdmin({ dataDir, verbs: storeVerbs(store), log: silentLog });
    try {
      assert.match(await prune(['--keep', '1'], { DATA_DIR: dataDir }), /^one: 1 of 2 tags removed/);
      assert.deepEqual((await store.standing('one')).taken, ['1.0.0']);
    } finally {
      await stop();
      await store.close();
    }
    assert.deepEqual(await registry.tags('team/two', never), ['2.0.0']);
    assert.deepEqual([...(await registry.tags('unknown', never))].sort(), ['1.0.0', '2.0.0']);
  });

  it('says how a registry is made to delete that does not', async (test) => {
    const stubborn = await startRegistry({ deletes: false });
    test.after(() => stubborn.stop());
    await putImage(stubborn.url, 'orders', '1.0.0');
    await putImage(stubborn.url, 'orders', '2.0.0');
    const REGISTRY = stubborn.address;
    await prune(['--service', 'orders', '--keep', '1', '--dry-run'], { REGISTRY });
    await assert.rejects(
      prune(['--service', 'orders', '--keep', '1'], { REGISTRY }),
      failsWith('unsupported', /does not delete.*REGISTRY_STORAGE_DELETE_ENABLED=true/),
    );
  });

  it('refuses what it cannot understand, and names what to give', async (test) => {
    const wrong: [string[], string, RegExp][] = [
      [['--service', 'many'], 'bad-usage', /neither --keep nor --keep-within.*--keep 10/],
      [['--service', 'many', '--keep', '0'], 'bad-usage', /--keep: expected a whole number from 1/],
      [['--service', 'many', '--keep-within', 'soon'], 'bad-usage', /--keep-within: expected a time such as/],
      [['--service', 'no-such', '--keep', '1'], 'bad-usage', /no tag of no-such/],
      [['--service', 'slipway-staging', '--keep', '1'], 'service-name-invalid', /kept for Slipway/],
      [['--service', '../etc', '--keep', '1'], 'service-name-invalid', /--service/],
    ];
    for (const [args, code, message] of wrong) await assert.rejects(prune(args), failsWith(code, message));
    const folder = await mkdtemp(path.join(tmpdir(), 'slipway-prune-'));
    test.after(() => rm(folder, { recursive: true }));
    await assert.rejects(
      prune(['--keep', '1'], { DATA_DIR: folder }),
      failsWith('store-failed', /Expected the embedded store.*found none/),
    );
  });
});

/** A DATA_DIR whose store has published 1.0.0 of these services. */
async function storeWith(test: TestContext, services: readonly string[]) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-prune-'));
  test.after(() => rm(dataDir, { recursive: true, force: true }));
  const open = (): Promise<Store> => openStore({ databaseUrl: undefined, dataDir, logLimit: 1000, log: silentLog });
  const store = await open();
  const { id } = await store.takeIn(newMerge({ repositoryId: fresh() }));
  const { builds } = await store.settlePlan(id, publishing(...services.map((name) => artifact(name, '1.0.0'))));
  for (const build of builds) {
    const claim = await store.claim(build.id);
    assert.ok(claim);
    await store.endBuild(build.id, claim.lease, published());
  }
  await store.close();
  return { dataDir, open };
}
