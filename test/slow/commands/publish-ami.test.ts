import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it, type TestContext } from 'node:test';
import { accountId } from '../../aws/state.ts';
import { region, shell, startCloud, template } from '../../support/ami.ts';
import { engineHost } from '../../support/parts.ts';
import { until } from '../../support/until.ts';

const root = path.join(import.meta.dirname, '../../..');
let cloud: Awaited<ReturnType<typeof startCloud>>;
before(async () => {
  cloud = await startCloud();
});
after(() => cloud?.aws.stop());

async function folder(test: TestContext, packer: string): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-ami-'));
  test.after(() => rm(dir, { recursive: true }));
  await writeFile(path.join(dir, 'packer.json'), packer);
  return dir;
}

/** `slipway publish`, as a person types it. */
function publish(dir: string, service: string) {
  // Without a registry: a machine image needs none.
  const environment = { ...process.env, ...cloud.environment, DOCKER_HOST: engineHost() };
  const options = ['--service', service, '--version', '1.0.0', '--type', 'ami', '--json'];
  const packer = ['--template', 'packer.json', '--var', `endpoint=${cloud.endpoint}`];
  const main = path.join(root, 'src/main.ts');
  const child = spawn(process.execPath, [main, 'publish', dir, ...options, ...packer], { env: environment });
  const [out, err, ended] = [text(child.stdout), text(child.stderr), once(child, 'exit')];
  const result = async () => ({ status: (await ended)[0], out: await out, err: await err });
  return { child, result };
}

const here = () => cloud.aws.region(region);
const imagesOf = (service: string) =>
  [...here().images.values()].filter(({ owner, name }) => owner === accountId && name.startsWith(`${service}-1`));

describe('slipway publish --type ami', () => {
  it('publishes a folder once; other files of the same version are refused', async (test) => {
    const dir = await folder(test, template());
    const first = await publish(dir, 'machine').result();
    assert.equal(first.status, 0, first.err);
    const told = JSON.parse(first.out);
    const [ami, ...more] = imagesOf('machine');
    assert.deepEqual([told.reference, told.digest, more.length], ['machine:1.0.0', `${region}:${ami?.id}`, 0]);
    const again = await publish(dir, 'machine').result();
    assert.deepEqual([again.status, JSON.parse(again.out).digest], [0, told.digest]);
    await writeFile(path.join(dir, 'more'), 'of it');
    const other = await publish(dir, 'machine').result();
    assert.equal(other.status, 2);
    assert.match(other.err, /is in AWS \(eu-central-1\) already/);
    assert.equal(cloud.aws.actions.filter((name) => name === 'RunInstances').length, 1);
    assert.ok(![first, again, other].some(({ out, err }) => (out + err).includes(cloud.aws.account.secretAccessKey)));
  });

  it('takes the instance down when it is interrupted', async (test) => {
    const dir = await folder(test, template({ provisioners: [shell('sleep 400')] }));
    const { child, result } = publish(dir, 'interrupted');
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until('the provisioner runs', () => said.includes('local shell script'));
    child.kill('SIGINT');
    const { status } = await result();
    assert.notEqual(status, 0);
    assert.match(said, /Terminating the source AWS instance/);
    assert.deepEqual(
      [...here().instances.values()].filter(({ state }) => !['terminated', 'shutting-down'].includes(state)),
      [],
    );
    assert.deepEqual(imagesOf('interrupted'), []);
  });
});
