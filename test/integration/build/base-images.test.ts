import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type Front, startFront } from '../../support/front.ts';
import { type StartedRegistry, startRegistry } from '../../support/registries.ts';
import { fixtureBuild, testBuilder, testEngine, ways, withImage } from './build-fixture.ts';

const { docker } = testEngine();

for (const which of ways) {
  describe(`a base image in a registry that asks for credentials, with the builder ${which}`, () => {
    let registry: StartedRegistry;
    const repository = `base-${randomUUID()}`;

    before(async () => {
      registry = await startRegistry({ auth: 'basic' });
      const builder = testBuilder(which);
      // Content of its own, so that the engine cannot have it from elsewhere.
      await withImage(builder, fixtureBuild('small', { labels: { content: randomUUID() } }), (built) =>
        builder.stage({
          built,
          registryHost: registry.address,
          repository,
          tag: '1',
          credentials: registry.credentials,
          signal: new AbortController().signal,
          onEvent: () => undefined,
        }),
      );
    });
    after(async () => {
      await docker
        .getImage(`${registry.address}/${repository}:1`)
        .remove()
        .catch(() => undefined);
      await registry.stop();
    });

    const build = () => fixtureBuild('failing-run', { args: { BASE_IMAGE: `${registry.address}/${repository}:1` } });
    const credentials = () => ({ host: registry.address, username: 'slipway', password: 'right:password' });

    it('is not given to those who have none, which is not the Dockerfile’s fault', async () => {
      await assert.rejects(testBuilder(which).build(build().request), {
        code: 'base-image-unavailable',
        fault: 'ours',
      });
    });

    it('is had with the registry’s credentials, also late in a build', async () => {
      // The fixture fails in its second RUN: by then the base image has been had.
      const builder = testBuilder(which, { pullCredentials: credentials() });
      await assert.rejects(builder.build(build().request), { code: 'build-failed' });
    });

    it('gets nobody’s credentials but its own registry’s', async () => {
      const asked: (string | undefined)[] = [];
      const front: Front = await startFront({
        answer(exchange, response) {
          asked.push(exchange.headers.authorization);
          response.writeHead(401, { 'www-authenticate': 'Basic realm="elsewhere"' }).end();
          return true;
        },
      });
      try {
        const builder = testBuilder(which, { pullCredentials: credentials() });
        const args = { BASE_IMAGE: `${front.address}/stolen:1` };
        await assert.rejects(builder.build(fixtureBuild('failing-run', { args }).request), {
          code: 'base-image-unavailable',
        });
        assert.ok(asked.length > 0);
        const secret = Buffer.from('slipway:right:password').toString('base64');
        for (const authorization of asked) assert.ok(!authorization?.includes(secret), authorization);
      } finally {
        await front.stop();
      }
    });
  });
}
