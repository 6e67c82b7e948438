import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Staged } from '../../../src/build-terms.ts';
import { identityLabels } from '../../../src/identity.ts';
import { findPublished } from '../../../src/push/find-published.ts';
import { publishVersion, type VersionToPublish } from '../../../src/push/publish-version.ts';
import type { Registry } from '../../../src/push/registry.ts';
import { type Front, startFront } from '../../support/front.ts';
import { type ImageOptions, type PutImage, putBlob, putImage, putManifest } from '../../support/images.ts';
import { type StartedRegistry, startRegistry } from '../../support/registries.ts';
import { never, openClient, silentLog } from '../../support/registry-client.ts';

const commit = 'abcdef0123456789abcdef0123456789abcdef01';
const staging = 'slipway-staging';

const labelsOf = (buildId: string): Record<string, string> =>
  identityLabels({
    identity: { repositoryId: 42, path: '.', commit },
    buildId,
    version: '1.0.0',
    sourceUrl: 'https://github.com/acme/orders',
  });

/** The registry, with a call that fails in place of being made, or after it was made. */
function crashing(registry: Registry, at: number, when: 'before' | 'after'): Registry {
  let calls = 0;
  return new Proxy(registry, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function' || key === 'reference') return value;
      return async (...given: unknown[]) => {
        calls += 1;
        const here = calls === at;
        if (here && when === 'before') throw new Error('crash');
        const result: unknown = await Reflect.apply(value, target, given);
        if (here) throw new Error('crash');
        return result;
      };
    },
  });
}

describe('publishing a version', () => {
  let started: StartedRegistry;
  let registry: Registry;
  let count = 0;
  const releasers: (() => Promise<void>)[] = [];

  async function stage(options: ImageOptions = {}): Promise<{ image: PutImage; staged: Staged; name: string }> {
    count += 1;
    const tag = `build-${count}`;
    const image = await putImage(started.url, staging, tag, { labels: labelsOf(tag), ...options });
    const staged = { digest: image.digest, repository: staging, tag, imageId: 'sha256:1', engineId: 'engine' };
    return { image, staged, name: `orders-${count}` };
  }

  function publishing(given: { name: string; staged: Staged } & Partial<VersionToPublish>): VersionToPublish {
    return { version: '1.0.0', mayPublish: async () => true, signal: never, log: silentLog, ...given };
  }

  async function through(answer: NonNullable<Parameters<typeof startFront>[0]['answer']>): Promise<{
    front: Front;
    seen: Registry;
  }> {
    const front = await startFront({ target: started.address, answer });
    const seen = openClient(front);
    releasers.push(
      () => front.stop(),
      () => seen.close(),
    );
    return { front, seen };
  }

  async function hasAll(name: string, blobs: readonly string[]): Promise<boolean> {
    const found = await Promise.all(
      blobs.map((blob) => fetch(`${started.url}/v2/${name}/blobs/${blob}`, { method: 'HEAD' })),
    );
    return found.every(({ status }) => status === 200);
  }

  before(async () => {
    started = await startRegistry();
    registry = openClient(started);
  });
  after(async () => {
    for (const release of releasers.reverse()) await release();
    await registry.close();
    await started.stop();
  });

  it('puts what was staged under its name and version, and empties staging', async () => {
    const { image, staged, name } = await stage({ layers: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'a'] });
    const seen = await publishVersion(registry, publishing({ name, staged }));
    assert.deepEqual(seen, { digest: image.digest, size: image.size, published: true });
    assert.equal(await registry.digest(name, '1.0.0', never), image.digest);
    assert.equal(await hasAll(name, image.blobs), true);
    assert.equal(await registry.digest(staging, staged.tag, never), undefined);
    assert.deepEqual(await findPublished(registry, { name, version: '1.0.0', signal: never }), {
      digest: image.digest,
      size: image.size,
      identity: { repositoryId: 42, path: '.', commit },
      labels: labelsOf(staged.tag),
    });
    assert.equal(await findPublished(registry, { name, version: '1.0.1', signal: never }), undefined);
  });

  it('works below a prefix', async () => {
    const team = openClient(started, { prefix: 'team' });
    releasers.push(() => team.close());
    const image = await putImage(started.url, `team/${staging}`, 'build-p', { labels: labelsOf('build-p') });
    const staged = { digest: image.digest, repository: `team/${staging}`, tag: 'build-p', imageId: '', engineId: '' };
    await publishVersion(team, publishing({ name: 'orders', staged }));
    assert.equal(await registry.digest('team/orders', '1.0.0', never), image.digest);
    assert.equal(await registry.digest(`team/${staging}`, 'build-p', never), undefined);
    await assert.rejects(
      publishVersion(team, publishing({ name: 'orders', staged: { ...staged, repository: staging } })),
      {
        code: 'registry-failed',
        message: /REGISTRY has changed/,
      },
    );
  });

  for (const when of ['before', 'after'] as const) {
    it(`comes to the same end when it is repeated after a crash ${when} any of its requests`, async () => {
      let crashes = 0;
      for (let at = 1; ; at += 1) {
        const { image, staged, name } = await stage({ layers: ['1', '2'] });
        const asked: boolean[] = [];
        const mayPublish = async (): Promise<boolean> => asked.push(true) > 0;
        const options = publishing({ name, staged, mayPublish });
        const first = await publishVersion(crashing(registry, at, when), options).catch((error: Error) => error);
        if (first instanceof Error) {
          assert.equal(first.message, 'crash');
          crashes += 1;
          const visible = await registry.digest(name, '1.0.0', never);
          const again = await publishVersion(registry, options);
          assert.deepEqual(again, { digest: image.digest, size: image.size, published: visible === undefined });
          assert.ok(asked.length > 0);
        }
        assert.equal(await registry.digest(name, '1.0.0', never), image.digest);
        assert.equal(await hasAll(name, image.blobs), true);
        assert.equal(await registry.digest(staging, staged.tag, never), undefined);
        if (!(first instanceof Error)) break;
      }
      assert.equal(crashes, 10);
    });
  }

  it('again does nothing and asks nobody', async () => {
    const { image, staged, name } = await stage();
    await publishVersion(registry, publishing({ name, staged }));
    const mayPublish = async (): Promise<boolean> => assert.fail('was asked');
    const again = await publishVersion(registry, publishing({ name, staged, mayPublish }));
    assert.deepEqual(again, { digest: image.digest, size: image.size, published: false });
  });

  it('never overwrites a version, and names whose it is', async () => {
    const { staged, name } = await stage();
    const owners: [Record<string, string>, RegExp][] = [
      [labelsOf('other'), /published from commit abcdef0 of https:\/\/github\.com\/acme\/orders\./],
      [{ 'dev.slipway.content-digest': 'f00d'.repeat(16) }, /published from a folder with content f00df00df00d\./],
      [{}, /published by somebody else \(sha256:[0-9a-f]{64}\)\./],
    ];
    for (const [labels, message] of owners) {
      const other = await putImage(started.url, name, '1.0.0', { labels });
      const mayPublish = async (): Promise<boolean> => assert.fail('was asked');
      const fallbackPush = async (): Promise<void> => assert.fail('was pushed');
      const work = publishVersion(registry, publishing({ name, staged, mayPublish, fallbackPush }));
      await assert.rejects(work, { code: 'version-taken', fault: 'yours', message });
      assert.equal(await registry.digest(name, '1.0.0', never), other.digest);
    }
  });

  it('never overwrites a version that is there although it was not expected', async () => {
    const { staged, name } = await stage();
    const other = await putImage(started.url, name, '1.0.0', { labels: labelsOf('other') });
    const work = publishVersion(registry, publishing({ name, staged, mayBeThere: false }));
    await assert.rejects(work, { code: 'version-taken', fault: 'yours' });
    assert.equal(await registry.digest(name, '1.0.0', never), other.digest);
  });

  it('sees the version that another worker publishes at the last moment', async () => {
    const { staged, name } = await stage();
    const other = { digest: '' };
    const mayPublish = async (): Promise<boolean> => {
      other.digest = (await putImage(started.url, name, '1.0.0', { labels: labelsOf('other') })).digest;
      return true;
    };
    await assert.rejects(publishVersion(registry, publishing({ name, staged, mayPublish })), { code: 'version-taken' });
    assert.equal(await registry.digest(name, '1.0.0', never), other.digest);
  });

  it('is done when another worker publishes the same at the last moment', async () => {
    const { image, staged, name } = await stage();
    const mayPublish = async (): Promise<boolean> => {
      await publishVersion(registry, publishing({ name, staged }));
      return true;
    };
    const seen = await publishVersion(registry, publishing({ name, staged, mayPublish }));
    assert.deepEqual(seen, { digest: image.digest, size: image.size, published: false });
  });

  it('does not happen when it may not', async () => {
    const { staged, name } = await stage();
    const work = publishVersion(registry, publishing({ name, staged, mayPublish: async () => false }));
    await assert.rejects(work, { code: 'cancelled' });
    assert.equal(await registry.digest(name, '1.0.0', never), undefined);
    assert.equal(await registry.digest(staging, staged.tag, never), staged.digest);
  });

  it('stops with its signal up to the point of no return, and not afterwards', async () => {
    const { staged, name } = await stage();
    const early = publishing({ name, staged, signal: AbortSignal.abort() });
    await assert.rejects(publishVersion(registry, early), { code: 'cancelled' });
    const late = new AbortController();
    const mayPublish = async (): Promise<boolean> => {
      late.abort();
      return true;
    };
    const seen = await publishVersion(registry, publishing({ name, staged, signal: late.signal, mayPublish }));
    assert.equal(seen.published, true);
    assert.equal(await registry.digest(name, '1.0.0', never), staged.digest);
  });

  it('is refused when the registry serves another digest than the engine reported', async () => {
    const { staged, name } = await stage();
    const wrong = { ...staged, digest: `sha256:${'1'.repeat(64)}` };
    await assert.rejects(publishVersion(registry, publishing({ name, staged: wrong })), { code: 'digest-mismatch' });
    await assert.rejects(publishVersion(registry, publishing({ name, staged: { ...wrong, tag: 'nothing' } })), {
      code: 'registry-failed',
      transient: true,
      message: /found nothing/,
    });
    assert.deepEqual(await registry.tags(name, never), []);
  });

  it('is an error when the registry then serves another digest, or none', async () => {
    for (const digest of [`sha256:${'2'.repeat(64)}`, undefined]) {
      let put = false;
      const { seen } = await through(({ method, path }, response) => {
        if (method === 'PUT') put = true;
        if (method !== 'HEAD' || !put || !path.endsWith('/1.0.0')) return false;
        if (digest === undefined) response.writeHead(404).end();
        else response.setHeader('docker-content-digest', digest).end();
        return true;
      });
      const { staged, name } = await stage();
      await assert.rejects(publishVersion(seen, publishing({ name, staged })), { code: 'digest-mismatch' });
      assert.equal(put, true);
    }
  });

  it('leaves the staging tag of another build with the same digest alone', async () => {
    const { image, staged, name } = await stage({ labels: {} });
    await putManifest(started.url, staging, 'build-of-another', image.mediaType, image.manifest);
    await publishVersion(registry, publishing({ name, staged }));
    assert.equal(await registry.digest(staging, 'build-of-another', never), image.digest);
  });

  it('succeeds also where staging cannot be emptied', async () => {
    const keeper = await startRegistry({ deletes: false, storage: started.storage });
    const keeping = openClient(keeper);
    releasers.push(
      () => keeper.stop(),
      () => keeping.close(),
    );
    const { seen } = await through(({ method }, response) => {
      if (method === 'DELETE') response.writeHead(500).end();
      return method === 'DELETE';
    });
    for (const each of [keeping, seen]) {
      const { staged, name } = await stage();
      assert.equal((await publishVersion(each, publishing({ name, staged }))).published, true);
      assert.equal(await registry.digest(staging, staged.tag, never), staged.digest);
    }
  });

  describe('in a registry that cannot mount', () => {
    let seen: Registry;
    before(async () => {
      ({ seen } = await through(({ method }, response) => {
        if (method === 'POST') response.writeHead(405).end();
        return method === 'POST';
      }));
    });

    it('is done by a push of the same image, after the same checks', async () => {
      const { image, staged, name } = await stage({ layers: ['same'] });
      const order: string[] = [];
      const mayPublish = async (): Promise<boolean> => order.push('asked') > 0;
      const fallbackPush = async (): Promise<void> => {
        order.push('pushed');
        await putImage(started.url, name, '1.0.0', { labels: labelsOf(staged.tag), layers: ['same'] });
      };
      const done = await publishVersion(seen, publishing({ name, staged, mayPublish, fallbackPush }));
      assert.deepEqual(done, { digest: image.digest, size: image.size, published: true });
      assert.deepEqual(order, ['asked', 'pushed']);
      assert.equal(await registry.digest(staging, staged.tag, never), undefined);
    });

    it('is an error when the push brought another digest, or when nobody can push', async () => {
      const { staged, name } = await stage();
      const fallbackPush = async (): Promise<void> => void (await putImage(started.url, name, '1.0.0'));
      await assert.rejects(publishVersion(seen, publishing({ name, staged, fallbackPush })), {
        code: 'digest-mismatch',
      });
      const alone = await stage();
      const mayPublish = async (): Promise<boolean> => assert.fail('was asked');
      await assert.rejects(publishVersion(seen, publishing({ ...alone, mayPublish })), {
        code: 'registry-failed',
        message: /cannot mount/,
      });
    });
  });

  it('knows that a registry cannot mount also when only one blob is refused, and the others take longer', async () => {
    const { image, staged, name } = await stage({ layers: ['x', 'y', 'z'] });
    const refused = Promise.withResolvers<void>();
    const { seen } = await through(({ method, path }, response) => {
      if (method !== 'POST') return false;
      if (path.includes(encodeURIComponent(image.blobs[0] ?? ''))) {
        response.writeHead(405).end(() => refused.resolve());
      } else {
        void refused.promise.then(() => response.writeHead(201).end());
      }
      return true;
    });
    await assert.rejects(publishVersion(seen, publishing({ name, staged })), { message: /cannot mount/ });
  });

  describe('of an index with several platforms', () => {
    const indexType = 'application/vnd.oci.image.index.v1+json';

    async function stageIndex(): Promise<{ staged: Staged; name: string; images: PutImage[] }> {
      count += 1;
      const tag = `index-${count}`;
      const oci = true;
      const images = await Promise.all([
        putImage(started.url, staging, `${tag}-attestation`, { oci }),
        putImage(started.url, staging, `${tag}-amd64`, { oci, labels: labelsOf(tag) }),
        putImage(started.url, staging, `${tag}-arm64`, { oci, labels: labelsOf(tag) }),
      ]);
      const platforms = ['unknown', 'linux', 'linux'].map((os) => ({ os, architecture: 'any' }));
      const manifests = images.map(({ digest, manifest, mediaType }, index) => ({
        ...{ mediaType, digest, size: manifest.length, platform: platforms[index] },
      }));
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }));
      const digest = await putManifest(started.url, staging, tag, indexType, bytes);
      return {
        staged: { digest, repository: staging, tag, imageId: '', engineId: '' },
        name: `index-${count}`,
        images,
      };
    }

    it('brings all of them along, and is known by its first one', async () => {
      const { staged, name, images } = await stageIndex();
      const { digest, size } = await publishVersion(registry, publishing({ name, staged }));
      assert.deepEqual([digest, size], [staged.digest, images[1]?.size]);
      for (const image of images) {
        assert.equal(await registry.digest(name, image.digest, never), image.digest);
        assert.equal(await hasAll(name, image.blobs), true);
      }
      assert.deepEqual(await registry.tags(name, never), ['1.0.0']);
      assert.equal(await registry.digest(staging, staged.tag, never), undefined);
      const found = await findPublished(registry, { name, version: '1.0.0', signal: never });
      assert.deepEqual(found?.identity, { repositoryId: 42, path: '.', commit });
    });

    it('is refused when a part of it is missing', async () => {
      const { staged, name, images } = await stageIndex();
      await registry.deleteManifest(staging, images[2]?.digest ?? '', never);
      await assert.rejects(publishVersion(registry, publishing({ name, staged })), {
        code: 'registry-failed',
        message: /names a manifest/,
      });
      assert.deepEqual(await registry.tags(name, never), []);
    });
  });

  it('finds a version that is no image, and takes it for nobody’s', async () => {
    const config = Buffer.from('not JSON');
    const digest = await putBlob(started.url, 'chart', config);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const described = { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest, size: config.length };
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config: described, layers: [] }));
    const put = await putManifest(started.url, 'chart', '1.0.0', mediaType, manifest);
    const found = await findPublished(registry, { name: 'chart', version: '1.0.0', signal: never });
    assert.deepEqual(found, { digest: put, size: config.length, identity: {}, labels: {} });
  });
});
