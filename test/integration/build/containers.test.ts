import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { before, describe, it, type TestContext } from 'node:test';
import { pack } from 'tar-stream';
import { connectEngine } from '../../../src/build/docker/connect-engine.ts';
import type { Container, ContainerPlan, Containers } from '../../../src/build/docker/containers.ts';
import { engineContainers } from '../../../src/build/docker/engine-containers.ts';
import { baseImage, engineHost } from '../../support/parts.ts';

const label = 'dev.slipway.test';
let containers: Containers;
before(async () => {
  containers = engineContainers(connectEngine({ DOCKER_HOST: engineHost() }), undefined);
  await containers.ensureImage(baseImage(), AbortSignal.timeout(60_000));
});

const tar = () => {
  const archive = pack();
  archive.entry({ name: 'packer.json' }, 'the template\n');
  archive.finalize();
  return Readable.from(archive);
};

/** A container that runs a shell script on a tree with one file. */
async function run(test: TestContext, script: string, given: Partial<ContainerPlan> = {}) {
  const id = randomUUID();
  const [name, source] = [`slipway-test-${id}`, `slipway-test-source-${id}`];
  const labels = { [label]: id };
  await containers.fillVolume({ name: source, image: baseImage(), labels, tar });
  const common = { image: baseImage(), environment: { SECRET: 'a=b' }, memory: 64 * 2 ** 20, processes: 64 };
  const container = await containers.create({
    ...common,
    ...{ name, source, labels },
    command: ['sh', '-c', script],
    ...given,
  });
  test.after(async () => {
    await container.remove();
    await containers.removeVolume(source);
  });
  return { container, id, name, source };
}

async function followed(container: Container, onText?: (text: string) => void) {
  let text = '';
  const end = await container.follow(new AbortController().signal, (piece) => {
    text += piece.toString();
    onText?.(text);
  });
  return { text, end };
}

const said = async (container: Container) => (await followed(container)).text;

describe('a container beside builds', () => {
  it('reads the tree, writes to its work folder alone, and is found again with what it was given', async (test) => {
    const script = [
      'cat packer.json',
      'for file in /source/x /etc/x /root/x; do (echo x > $file) 2>/dev/null && echo "wrote $file"; done',
      'echo done > /work/manifest && echo x > /tmp/x && echo "as $(id -u)"',
    ].join('\n');
    const { container, name } = await run(test, script);
    assert.equal((await containers.find(name))?.started, false);
    await container.start();
    assert.deepEqual(await followed(container), {
      text: 'the template\nas 0\n',
      end: { status: 0, outOfMemory: false },
    });
    assert.equal((await container.read('/work/manifest'))?.toString(), 'done\n');
    assert.equal(await container.read('/work/nothing'), undefined);
    const again = (await containers.find(name)) ?? assert.fail('not found');
    assert.deepEqual([again.started, again.environment.SECRET], [true, 'a=b']);
    assert.equal(await said(again), 'the template\nas 0\n');
  });

  it('gets SIGINT with all its processes, and tells when it has ended', async (test) => {
    const { container } = await run(
      test,
      "trap 'echo parent; exit 3' INT; (trap 'echo child' INT; echo up; sleep 300); wait",
    );
    await container.start();
    const { text, end } = await followed(container, (so) => void (so.endsWith('up\n') && container.signal('SIGINT')));
    assert.match(text, /child/);
    assert.match(text, /parent/);
    assert.equal(end.status, 3);
    await container.signal('SIGINT');
  });

  it('may not use more memory or processes than it is given', async (test) => {
    const { container } = await run(test, 'head -c 200m /dev/zero | tail > /dev/null; echo unreachable', {
      command: ['tail', '-c', '200000000', '/dev/zero'],
    });
    await container.start();
    assert.deepEqual((await followed(container)).end, { status: 137, outOfMemory: true });
    const many = await run(test, 'for i in 1 2 3 4 5 6 7 8 9; do sleep 30 & done; echo all', { processes: 6 });
    await many.container.start();
    assert.doesNotMatch(await said(many.container), /all/);
  });

  it('that is isolated has no network, and any other has one', async (test) => {
    const look = 'ls /sys/class/net';
    const alone = await run(test, look, { isolated: true });
    await alone.container.start();
    assert.doesNotMatch(await said(alone.container), /eth0/);
    const usual = await run(test, look);
    await usual.container.start();
    assert.match(await said(usual.container), /eth0/);
  });

  it('is one of its label’s, and gone with its volume when it is removed, also half made', async (test) => {
    const { container, id, name, source } = await run(test, 'true');
    assert.ok((await containers.labelled(label)).includes(id));
    await container.remove();
    assert.ok((await containers.labelled(label)).includes(id), 'its volume is still there');
    await containers.removeVolume(source);
    assert.ok(!(await containers.labelled(label)).includes(id));
    assert.equal(await containers.find(name), undefined);
    await container.remove();
    await containers.removeVolume(source);

    const broken = () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(100);
          throw new Error('the archive breaks off');
        })(),
      );
    const half = containers.fillVolume({ name: source, image: baseImage(), labels: { [label]: id }, tar: broken });
    await assert.rejects(half, /breaks off/);
    await containers.removeVolume(source);
    assert.ok(!(await containers.labelled(label)).includes(id));
  });

  it('needs an image that the engine can get', async () => {
    await assert.rejects(containers.ensureImage(`${baseImage()}-nowhere`, AbortSignal.timeout(60_000)), {
      code: 'packer-unavailable',
    });
  });
});
