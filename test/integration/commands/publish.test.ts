import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { inspectImage } from '../../support/look-into-image.ts';
import { dockerfile } from '../../support/orders.ts';
import { engineHost, registryAddress } from '../../support/parts.ts';

const main = path.join(import.meta.dirname, '../../../src/main.ts');

type Ran = { status: unknown; out: string; err: string };

const slipway = (...args: string[]): Promise<Ran> => slipwayWith({ REGISTRY: registryAddress() }, ...args);

async function slipwayWith(environment: Record<string, string>, ...args: string[]): Promise<Ran> {
  const env = { PATH: process.env.PATH, DOCKER_HOST: engineHost(), ...environment };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const [status] = await once(child, 'close');
  return { status, out, err };
}

let count = 0;

async function service(test: TestContext, lines: string[] = ['COPY . /srv']): Promise<{ dir: string; name: string }> {
  count += 1;
  const name = `cli-${process.pid}-${count}`;
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-cli-'));
  test.after(() => rm(dir, { recursive: true }));
  await writeFile(path.join(dir, 'package.json'), JSON.stringify({ name: `@acme/${name}` }));
  await writeFile(path.join(dir, 'Dockerfile'), dockerfile(...lines));
  return { dir, name };
}

describe('slipway publish', { concurrency: 2 }, () => {
  it('publishes a folder once: the same files again are the same version, other files are refused', async (test) => {
    const { dir, name } = await service(test);
    const args = ['publish', dir, '--version', '1.0.0', '--type', 'docker'];
    const first = await slipway(...args, '--json');
    assert.equal(first.status, 0, first.err);
    const printed = JSON.parse(first.out);
    assert.deepEqual(Object.keys(printed), ['reference', 'digest', 'type', 'size', 'seconds']);
    assert.equal(printed.reference, `${registryAddress()}/${name}:1.0.0`);
    assert.equal((await inspectImage(printed.reference)).Digest, printed.digest);

    const again = await slipway(...args);
    assert.deepEqual([again.status, /nothing was built/.test(again.out)], [0, true], again.err);

    await writeFile(path.join(dir, 'more'), 'of it');
    const other = await slipway(...args);
    assert.equal(other.status, 2);
    assert.match(other.err, /is in the registry already/);
    assert.match(other.err, /1\.0\.1/);
    assert.equal((await inspectImage(printed.reference)).Digest, printed.digest);
  });

  it('exits with 1 when the build fails, and shows where', async (test) => {
    const { dir } = await service(test, ['RUN echo the reason && exit 3']);
    const { status, err } = await slipway('publish', dir, '--version', '1.0.0', '--type', 'docker');
    assert.equal(status, 1);
    assert.match(err, /the reason/);
    assert.match(err, /line 2 of Dockerfile ended with exit code 3/);
  });

  it('exits with 2 for what it refuses or cannot understand, and builds nothing', async (test) => {
    const { dir } = await service(test);
    const publish = (...args: string[]) => slipway('publish', ...args);
    const without = (...args: string[]) => slipwayWith({}, 'publish', dir, '--version', '1.0.0', ...args);
    const wrong: [Promise<Ran>, RegExp][] = [
      [publish(dir, '--version', '1.0', '--type', 'docker'), /SemVer/],
      [publish(dir, '--version', '1.0.0+7', '--type', 'docker'), /build metadata/],
      [publish(dir, '--version', '1.0.0', '--type', 'ami'), /PACKER_IMAGE is not set/],
      [without('--type', 'docker'), /REGISTRY: is not set/],
      // Machine images need no registry: what is missing is something else.
      [without('--type', 'ami'), /^slipway: Machine images cannot be built here: PACKER_IMAGE is not set/],
      [publish(dir, '--version', '1.0.0', '--type', 'deb'), /expected docker or ami/],
      [publish(dir, '--version', '1.0.0', '--type', 'docker', '--service', 'Orders'), /Orders/],
      [publish(dir, '--type', 'docker'), /--version/],
      [publish('--version', '1.0.0', '--type', 'docker'), /one folder/],
      [publish(dir, '--no-such-option'), /no-such-option/],
      [slipway('no-such-command'), /Expected one of/],
      [slipway('serve', '--role', 'worker'), /not set|DATABASE_URL/],
    ];
    for (const [result, words] of wrong) {
      const { status, err } = await result;
      assert.equal(status, 2, err);
      assert.match(err, words);
    }
  });
});

describe('slipway plan', () => {
  it('says what merging would publish, or why not', async (test) => {
    const { dir, name } = await service(test);
    const good = await slipway('plan', dir, '--label', 'version:1.4.2');
    assert.deepEqual([good.status, good.out.includes(`${registryAddress()}/${name}:1.4.2`)], [0, true], good.err);
    const none = await slipway('plan', dir);
    assert.deepEqual([none.status, /No version/.test(none.err)], [2, true], none.err);
    const bumped = await slipway('plan', dir, '--label', 'minor');
    assert.deepEqual([bumped.status, bumped.out.includes(`${name}:0.1.0 (version from label`)], [0, true], bumped.err);
    const elsewhere = await slipway('plan', dir, '--label', '1.0.0', '--base', 'main');
    assert.deepEqual([elsewhere.status, /publishes nothing/.test(elsewhere.out)], [0, true], elsewhere.err);
    const nowhere = await slipwayWith({}, 'plan', dir, '--label', 'version:1.4.2');
    assert.deepEqual([nowhere.status, /REGISTRY: is not set/.test(nowhere.err)], [2, true], nowhere.out);
  });

  it('needs no registry for machine images, and names their template', async (test) => {
    const { dir, name } = await service(test);
    await mkdir(path.join(dir, '.github'));
    const yml = 'services: [{ type: ami, packer: { template: image/packer.json } }]\n';
    await writeFile(path.join(dir, '.github/slipway.yml'), yml);
    const { status, out, err } = await slipwayWith({}, 'plan', dir, '--label', 'version:1.4.2');
    assert.equal(status, 0, err);
    assert.ok(out.startsWith(`Merging publishes ${name}:1.4.2 (version from label`), out);
    assert.match(out, /machine images by Packer from image\/packer\.json\)/);
  });
});
