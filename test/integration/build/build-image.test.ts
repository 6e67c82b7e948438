import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { baseImage, registryAddress } from '../../support/parts.ts';
import { fixtureBuild, testBuilder, testEngine, ways, withImage } from './build-fixture.ts';

const engine = testEngine();

/** What a container of the image prints. */
async function outputOf(image: string, command: readonly string[]): Promise<string> {
  const container = await engine.docker.createContainer({
    Image: image,
    Cmd: [...command],
    Tty: true,
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true, stderr: true })).toString('utf8').replaceAll('\r\n', '\n');
  } finally {
    await container.remove({ force: true });
  }
}

const failureOf = async (build: Promise<unknown>): Promise<SlipwayError> => {
  const error = await build.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SlipwayError, `expected a SlipwayError, found ${error}`);
  return error;
};

const lines = (error: SlipwayError): readonly [number | undefined, number | undefined] => [
  error.annotation?.startLine,
  error.annotation?.endLine,
];

for (const which of ways) {
  const builder = testBuilder(which);

  describe(`building an image with the builder ${which}`, () => {
    it('makes an image of the context, which runs, and tells of every step', async () => {
      const build = fixtureBuild('small');
      await withImage(builder, build, async (built) => {
        assert.match(built.imageId, /^sha256:[0-9a-f]{64}$/);
        assert.equal(built.engineId, (await engine.identity()).id);
        assert.equal(await builder.holds(built), true);
        const output = await outputOf(built.imageId, ['cat', '/srv/message.txt', '/srv/built.txt']);
        assert.equal(output, 'hello from the context\nbuilt\n');
      });
      const steps = build.steps();
      for (const step of steps) assert.ok(step.startedAt && step.endedAt, `${step.name} has no begin or end`);
      const run = steps.find(({ name }) => name.endsWith('RUN echo built > built.txt'));
      assert.match(run?.name ?? '', /^\[.*\d\/\d\] RUN/);
      assert.equal(run?.error, undefined);
    });

    it('takes unchanged steps from the cache, also after the image was discarded', async () => {
      await withImage(builder, fixtureBuild('small', { labels: { build: 'first' } }), async () => undefined);
      const second = fixtureBuild('small', { labels: { build: 'second' } });
      await withImage(builder, second, async () => undefined);
      const cached = second.steps().filter(({ name }) => /\d\] (WORKDIR|COPY|RUN)/.test(name));
      assert.deepEqual(
        cached.map(({ cached }) => cached),
        [true, true, true],
      );
    });

    it('builds every step anew when no cache is wanted', async () => {
      await withImage(builder, fixtureBuild('small'), async () => undefined);
      const build = fixtureBuild('small', { noCache: true });
      await withImage(builder, build, async () => undefined);
      assert.equal(build.steps().find(({ name }) => name.includes('RUN'))?.cached, false);
    });

    it('points to the line of a failing RUN and keeps its last lines', async () => {
      const build = fixtureBuild('failing-run');
      const error = await failureOf(builder.build(build.request));
      assert.equal(error.code, 'build-failed');
      assert.equal(error.fault, 'yours');
      assert.equal(error.message, 'RUN in line 4 of services/failing-run/Dockerfile ended with exit code 7.');
      assert.deepEqual(error.tail, ['before']);
      assert.equal(error.annotation?.path, 'services/failing-run/Dockerfile');
      assert.deepEqual(lines(error), [4, 4]);
      const failed = build.steps().filter((step) => step.error !== undefined);
      assert.deepEqual(
        failed.map(({ name }) => name.replace(/^\[.*\] /, '')),
        ['RUN echo before; exit 7'],
      );
      assert.ok(failed[0]?.endedAt);
    });

    for (const [fixture, line, what] of [
      ['failing-continuation', [5, 8], 'all lines of a continued instruction'],
      ['failing-stage', [9, 9], 'the right one of several stages with the same text'],
      ['failing-argument', [7, 8], 'an instruction whose arguments are expanded'],
    ] as const) {
      it(`points to ${what}`, async () => {
        const error = await failureOf(builder.build(fixtureBuild(fixture).request));
        assert.equal(error.code, 'build-failed');
        assert.deepEqual(lines(error), line);
      });
    }

    it('names the file that COPY did not find, and what may have become of it', async () => {
      const error = await failureOf(builder.build(fixtureBuild('missing-copy').request));
      assert.equal(error.code, 'build-failed');
      assert.equal(error.fault, 'yours');
      assert.deepEqual(lines(error), [4, 4]);
      assert.match(error.message, /did not find `missing.txt`/);
      assert.match(error.help ?? '', /not in the context: missing in the repository, or left out by .dockerignore/);
    });

    it('does not blame .dockerignore for a file that another stage lacks', async () => {
      const error = await failureOf(builder.build(fixtureBuild('missing-copy-from').request));
      assert.deepEqual(lines(error), [5, 5]);
      assert.match(error.help ?? '', /not in the stage or image that --from names/);
    });

    it('points to the FROM of a base image that does not exist', async () => {
      const args = { UNKNOWN_IMAGE: `${registryAddress()}/nobody/has-this:9` };
      const error = await failureOf(builder.build(fixtureBuild('unknown-base', { args }).request));
      assert.equal(error.code, 'base-image-unavailable');
      assert.equal(error.fault, 'yours');
      assert.equal(error.transient, false);
      assert.deepEqual(lines(error), [6, 6]);
    });

    it('calls a base image whose registry cannot be reached ours, and worth another try', async () => {
      const args = { UNKNOWN_IMAGE: '127.0.0.1:1/nobody/has-this:9' };
      const error = await failureOf(builder.build(fixtureBuild('unknown-base', { args }).request));
      assert.equal(error.code, 'base-image-unavailable');
      assert.equal(error.fault, 'ours');
      assert.equal(error.transient, true);
      assert.equal(error.annotation, undefined);
    });

    it('points to a base image whose name cannot be read', async () => {
      const error = await failureOf(builder.build(fixtureBuild('unreadable-base').request));
      assert.equal(error.code, 'dockerfile-invalid');
      assert.deepEqual(lines(error), [3, 3]);
    });

    it('points to the line with a syntax error', async () => {
      const error = await failureOf(builder.build(fixtureBuild('syntax-error').request));
      assert.equal(error.code, 'dockerfile-invalid');
      assert.equal(error.fault, 'yours');
      assert.deepEqual(lines(error), [4, 4]);
      assert.match(error.message, /unknown instruction: COPPY/);
    });

    it('points to FROM when a trigger of the base image fails', async () => {
      await withImage(builder, fixtureBuild('triggering'), async (base) => {
        const name = { repo: 'slipway-test-triggering', tag: which };
        await engine.docker.getImage(base.imageId).tag(name);
        const image = `${name.repo}:${name.tag}`;
        try {
          const build = fixtureBuild('trigger', { args: { TRIGGERING_IMAGE: image } });
          const error = await failureOf(builder.build(build.request));
          assert.equal(error.code, 'build-failed');
          assert.deepEqual(lines(error), [2, 2]);
          assert.equal(error.tail?.at(-1), 'of the base');
        } finally {
          await engine.docker.getImage(image).remove();
        }
      });
    });

    it('builds up to the target, with the build arguments given', async () => {
      const build = fixtureBuild('target', { target: 'Release', args: { GREETING: 'from outside' } });
      await withImage(builder, build, async ({ imageId }) => {
        assert.equal(await outputOf(imageId, ['cat', '/greeting.txt']), 'from outside\n');
      });
    });

    it('says that a target is no stage of the Dockerfile', async () => {
      const error = await failureOf(builder.build(fixtureBuild('target', { target: 'nowhere' }).request));
      assert.equal(error.code, 'configuration-invalid');
      assert.match(error.message, /no stage `nowhere`/);
    });

    it('says that the Dockerfile is not in the context', async () => {
      const { request } = fixtureBuild('small');
      const service = { ...request.artifact.service, dockerfile: 'Elsewhere' };
      const error = await failureOf(builder.build({ ...request, artifact: { ...request.artifact, service } }));
      assert.equal(error.code, 'dockerfile-missing');
    });

    it('gives identity labels over the Dockerfile’s, and default labels only where it has none', async () => {
      const build = fixtureBuild('labels', {
        labels: { 'org.opencontainers.image.version': '1.4.2', 'dev.slipway.build': 'b1' },
        defaultLabels: {
          'org.opencontainers.image.title': 'default',
          'org.opencontainers.image.vendor': 'default',
          'org.opencontainers.image.url': 'default',
        },
      });
      await withImage(builder, build, async ({ imageId }) => {
        const { Config } = await engine.docker.getImage(imageId).inspect();
        assert.deepEqual(Config.Labels, {
          'dev.slipway.build': 'b1',
          'org.opencontainers.image.title': 'the Dockerfile',
          'org.opencontainers.image.url': 'default',
          'org.opencontainers.image.vendor': 'the Dockerfile, in an earlier stage',
          'org.opencontainers.image.version': '1.4.2',
          other: 'kept',
        });
      });
    });

    it('tells output in whole lines, whatever its bytes are', async () => {
      const build = fixtureBuild('odd-output', { noCache: true });
      await withImage(builder, build, async () => undefined);
      const text = build.text('RUN printf');
      assert.match(text, /^latin1: \uFFFD\n/);
      // The classic builder itself breaks a character whose bytes come apart.
      if (which === 'buildkit') assert.match(text, /\nzwölf\n/);
      assert.ok(text.endsWith('lf\n100%\ndos\nnul::\n ---> Using cache\nno end of line\n'), JSON.stringify(text));
      for (const event of build.events) if (event.kind === 'log') assert.ok(event.text.endsWith('\n'));
    });

    it('passes a flood of output on in small pieces', async () => {
      const build = fixtureBuild('flood', { args: { LINES: '30000' }, noCache: true });
      await withImage(builder, build, async () => undefined);
      const pieces = build.events.flatMap((event) => (event.kind === 'log' ? [event.text] : []));
      for (const piece of pieces) assert.ok(Buffer.byteLength(piece) <= 64 * 1024);
      const told = build.text('RUN yes').split('\n');
      assert.equal(told[0], 'the same words again and again to fill the log, as a broken tool does');
      if (which === 'classic') assert.equal(told.length, 30_001);
      else assert.ok(told.length > 1000, `BuildKit told ${told.length} lines`);
    });

    it('builds from a base image that is only on the engine and was never pushed', async () => {
      const name = { repo: 'slipway-test-local', tag: which };
      await engine.docker.getImage(baseImage()).tag(name);
      const image = `${name.repo}:${name.tag}`;
      try {
        await withImage(builder, fixtureBuild('small', { args: { BASE_IMAGE: image } }), async () => undefined);
      } finally {
        await engine.docker.getImage(image).remove();
      }
    });

    it('rejects with the context’s own error when the source breaks', async () => {
      const broken = new SlipwayError('source-truncated', 'The archive ends too early.');
      const context = () =>
        Readable.from(
          (async function* () {
            yield Buffer.alloc(512);
            throw broken;
          })(),
          { objectMode: false },
        );
      assert.equal(await failureOf(builder.build(fixtureBuild('small', { context }).request)), broken);
    });

    it('rejects when the source closes without an end or an error', async () => {
      const closing = new PassThrough();
      closing.write(Buffer.alloc(512));
      setImmediate(() => closing.destroy());
      const error = await failureOf(builder.build(fixtureBuild('small', { context: () => closing }).request));
      assert.equal(error.code, 'source-truncated');
    });
  });
}
