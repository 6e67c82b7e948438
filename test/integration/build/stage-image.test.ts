import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Built } from '../../../src/build/artifact-type.ts';
import type { StageRequest } from '../../../src/build/docker/image-builder.ts';
import type { BuildEvent } from '../../../src/build-terms.ts';
import { type Front, startFront } from '../../support/front.ts';
import { baseImage } from '../../support/parts.ts';
import { type StartedRegistry, startRegistry } from '../../support/registries.ts';
import { fixtureBuild, testBuilder, testEngine } from './build-fixture.ts';

const { docker } = testEngine();
const builder = testBuilder('buildkit');

describe('pushing an image to staging', () => {
  let open: StartedRegistry;
  let closed: StartedRegistry;
  let built: Built;
  const fronts: Front[] = [];

  before(async () => {
    [open, closed] = await Promise.all([startRegistry(), startRegistry({ auth: 'basic' })]);
    built = await builder.build(fixtureBuild('small', { labels: { build: randomUUID() } }).request);
  });
  after(async () => {
    await builder.discard(built);
    await Promise.all([open.stop(), closed.stop(), ...fronts.map((front) => front.stop())]);
  });

  const request = (registryHost: string, given: Partial<StageRequest> = {}): StageRequest => ({
    built,
    registryHost,
    repository: 'team/slipway-staging',
    tag: randomUUID(),
    credentials: undefined,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    ...given,
  });

  /** A front of the open registry that answers the manifest's PUT itself. */
  async function meddling(answer: (response: import('node:http').ServerResponse) => void): Promise<string> {
    const front = await startFront({
      target: open.address,
      answer(exchange, response) {
        if (exchange.method !== 'PUT' || !exchange.path.includes('/manifests/')) return false;
        answer(response);
        return true;
      },
    });
    fronts.push(front);
    return front.address;
  }

  const names = async (): Promise<string[]> => (await docker.getImage(built.imageId).inspect()).RepoTags;

  it('reports the digest under which the registry has it, and tells of its layers', async () => {
    const events: BuildEvent[] = [];
    const staged = await builder.stage(request(open.address, { tag: 'b1', onEvent: (event) => events.push(event) }));
    const { digest, ...others } = staged;
    assert.deepEqual(others, { ...built, repository: 'team/slipway-staging', tag: 'b1' });
    const answer = await fetch(`${open.url}/v2/team/slipway-staging/manifests/b1`, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    });
    assert.equal(answer.headers.get('docker-content-digest'), digest);
    assert.ok(events.some((event) => event.kind === 'log' && /^[0-9a-f]{12}: Pushed\n$/.test(event.text)));
  });

  it('takes the name of a version away again, and keeps the image for another push', async () => {
    const before = await names();
    await builder.stage(request(open.address, { repository: 'team/orders', tag: '1.4.2' }));
    assert.deepEqual(await names(), before);
    await builder.stage(request(open.address, { repository: 'team/orders', tag: '1.4.2' }));
  });

  it('leaves the name for staging to whoever discards the image', async () => {
    const { request: another } = fixtureBuild('small', { labels: { build: randomUUID() } });
    const image = await builder.build(another);
    await builder.stage(request(open.address, { built: image }));
    assert.equal(await builder.holds(image), true);
    await builder.discard(image);
    assert.equal(await builder.holds(image), false);
  });

  it('keeps an image that has no other name', async () => {
    const { request: nameless } = fixtureBuild('small', { labels: { build: randomUUID() } });
    const image = await builder.build(nameless);
    const name = `slipway-build:${nameless.buildId}`;
    // Another image takes the name over.
    await docker.getImage(baseImage()).tag({ repo: 'slipway-build', tag: nameless.buildId });
    await builder.stage(request(open.address, { built: image }));
    assert.equal(await builder.holds(image), true);
    await docker.getImage(name).remove();
    await builder.discard(image);
    assert.equal(await builder.holds(image), false);
  });

  it('gives the registry its credentials', async () => {
    const { digest } = await builder.stage(request(closed.address, { credentials: closed.credentials }));
    assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  });

  it('is refused with wrong credentials, and with none', async () => {
    const credentials = { username: 'slipway', password: 'wrong' };
    const refused = { name: 'SlipwayError', code: 'registry-refused', fault: 'ours', transient: false };
    await assert.rejects(builder.stage(request(closed.address, { credentials, tag: 'refused' })), refused);
    await assert.rejects(builder.stage(request(closed.address, { tag: 'refused' })), refused);
    assert.deepEqual(
      (await names()).filter((name) => name.endsWith(':refused')),
      [],
    );
  });

  const unavailable = { code: 'registry-unavailable', fault: 'ours', transient: true };

  it('can be tried again when nobody listens', async () => {
    await assert.rejects(builder.stage(request('127.0.0.1:1')), unavailable);
  });

  it('can be tried again when the registry fails, hangs up or has had too many requests', async () => {
    const failing = await meddling((response) => response.writeHead(500).end('out of order'));
    await assert.rejects(builder.stage(request(failing)), unavailable);
    const breaking = await meddling((response) => response.destroy());
    await assert.rejects(builder.stage(request(breaking)), unavailable);
    const busy = await meddling((response) =>
      response
        .writeHead(429, { 'content-type': 'application/json' })
        .end('{"errors":[{"code":"TOOMANYREQUESTS","message":"slowly"}]}'),
    );
    await assert.rejects(builder.stage(request(busy)), unavailable);
  });

  it('fails with the registry’s words when it does not take the image', async () => {
    const front = await meddling((response) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"errors":[{"code":"MANIFEST_INVALID","message":"not like this"}]}'),
    );
    await assert.rejects(builder.stage(request(front)), {
      code: 'registry-failed',
      transient: false,
      message: /not like this/,
    });
  });

  it('rejects as cancelled when it is stopped in the middle', { timeout: 20_000 }, async () => {
    const abort = new AbortController();
    // It leaves the manifest's PUT unanswered.
    const hanging = await meddling(() => abort.abort());
    await assert.rejects(builder.stage(request(hanging, { signal: abort.signal, tag: 'stopped' })), {
      code: 'cancelled',
    });
    assert.deepEqual(
      (await names()).filter((name) => name.endsWith(':stopped')),
      [],
    );
  });

  it('says that the engine no longer has the image', async () => {
    const gone = { ...built, imageId: `sha256:${'0'.repeat(64)}` };
    await assert.rejects(builder.stage(request(open.address, { built: gone })), { code: 'engine-lost' });
  });
});
