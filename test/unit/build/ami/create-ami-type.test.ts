import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { buildAmi } from '../../../../src/build/ami/build-ami.ts';
import { createAmiType } from '../../../../src/build/ami/create-ami-type.ts';
import { openAws } from '../../../../src/build/ami/open-aws.ts';
import type { BuildRequest } from '../../../../src/build/artifact-type.ts';
import type { BuildEvent } from '../../../../src/build-terms.ts';
import { SlipwayError } from '../../../../src/errors.ts';
import { identityLabels } from '../../../../src/identity.ts';
import type { Artifact } from '../../../../src/terms.ts';
import { type AwsStandIn, startAws } from '../../../aws/start-aws.ts';
import { accountId, newId, type Region } from '../../../aws/state.ts';
import { type FakeContainers, fakeContainers, type Program } from '../../../support/fake-containers.ts';
import { memoryLog } from '../../../support/memory-log.ts';
import { until } from '../../../support/until.ts';

const account = { accessKeyId: 'AKIA0123456789ABCDEF', secretAccessKey: 'a secret with / and + in it, 40 long....' };
const commit = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';
const region = 'eu-central-1';
let aws: AwsStandIn;
let here: Region;
before(async () => {
  aws = await startAws(account);
  here = aws.region(region);
});
after(() => aws.stop());
beforeEach(() => {
  for (const [id, { owner }] of here.images) if (owner === accountId) here.images.delete(id);
  for (const [id, { owner }] of here.snapshots) if (owner === accountId) here.snapshots.delete(id);
  here.instances.clear();
  here.keys.clear();
});

const artifact = (version = '1.0.0', name = 'orders'): Artifact => ({
  service: {
    name,
    nameFrom: 'the test',
    path: '.',
    dockerfile: 'Dockerfile',
    type: 'ami',
    build: { args: {} },
    packer: { template: 'packer.json', variables: { size: 'small' }, only: [], regions: [region] },
  },
  version,
  versionFrom: 'the test',
});

type Given = { buildId?: string; commit?: string; signal?: AbortSignal; files?: Record<string, string>; of?: Artifact };

function request(given: Given = {}) {
  const { buildId = 'build-1', signal = new AbortController().signal, of = artifact() } = given;
  const identity = { repositoryId: 7, path: '.', commit: given.commit ?? commit };
  const files: Record<string, string> = given.files ?? { 'packer.json': '{}' };
  const events: BuildEvent[] = [];
  const asked: BuildRequest = {
    buildId,
    artifact: of,
    signal,
    labels: identityLabels({ identity, buildId, version: of.version, sourceUrl: 'https://github.com/acme/orders' }),
    defaultLabels: { 'org.opencontainers.image.url': 'https://github.com/acme/orders/pull/3' },
    noCache: false,
    source: {
      read: async (path) => files[path],
      kind: async (path) => (files[path] === undefined ? undefined : 'file'),
      context: () => Readable.from([Buffer.from('a tar')]),
      smallContext: async () => undefined,
      contextDigest: async () => 'a digest',
    },
    onEvent: (event) => void events.push(event),
  };
  const log = () => events.map((event) => (event.kind === 'log' ? event.text : '')).join('');
  const notes = () => events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));
  return { asked, events, log, notes };
}

/** What Packer does in the account: an image with its snapshot. */
function addImage(name: string, tags: Record<string, string> = {}) {
  const snapshot = { id: newId('snap'), owner: accountId, tags: {} };
  here.snapshots.set(snapshot.id, snapshot);
  const image = { id: newId('ami'), name, owner: accountId, state: 'available', snapshot: snapshot.id, tags } as const;
  here.images.set(image.id, image);
  return image;
}

function addInstance(tags: Record<string, string>) {
  const common = { image: 'ami-0123456789abcdef0', type: 't3.micro', key: undefined, groups: [] };
  const instance = { id: newId('i'), ...common, state: 'running' as const, tags };
  here.instances.set(instance.id, instance);
  return instance;
}

const say = (text: string) => `1764000000,,ui,say,==> amazon-ebs: ${text}\n`;

/** A run of Packer that makes its image. */
const goesWell: Program = async function* ({ plan }) {
  yield say('Launching a source AWS instance...');
  yield `1764000000,,ui,message,    amazon-ebs: ${plan.environment.AWS_SECRET_ACCESS_KEY}\n`;
  const image = addImage(plan.environment.PKR_VAR_ami_name ?? '');
  yield `1764000001,amazon-ebs,artifact,0,id,${region}:${image.id}\n`;
  return { status: 0 };
};

/** One that runs until it is told to stop, and takes its instance down then. */
const runsOn: Program = async function* ({ plan, interrupted }) {
  const instance = addInstance({ 'slipway:build': plan.environment.PKR_VAR_build ?? '' });
  yield `1764000000,,ui,message,    amazon-ebs: Instance ID: ${instance.id}\n`;
  yield `1764000000,,ui,message,    amazon-ebs: ${plan.environment.AWS_SESSION_TOKEN}\n`;
  yield say('Running local shell script: x');
  await interrupted;
  yield say('Terminating the source AWS instance...');
  instance.state = 'terminated' as never;
  return { status: 1 };
};

/** One that does not listen. */
const isDeaf: Program = async function* ({ plan }) {
  addInstance({ 'slipway:build': plan.environment.PKR_VAR_build ?? '' });
  yield say('Running local shell script: x');
  await new Promise(() => undefined);
  return { status: 0 };
};

function world(program: Program, given: { environment?: Record<string, string>; containers?: FakeContainers } = {}) {
  const { log, lines } = memoryLog();
  const environment = {
    PACKER_IMAGE: 'packer:1',
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${aws.port}`,
    ...given.environment,
  };
  const containers = given.containers ?? fakeContainers(program);
  const image = environment.PACKER_IMAGE || undefined;
  const deps = { containers, aws: openAws(environment), settings: { image, memory: 2 ** 30 }, environment, log };
  return { type: createAmiType(deps), deps, containers, lines };
}

async function publishAll(type: ReturnType<typeof world>['type'], given: Given = {}) {
  const { asked, notes } = request(given);
  const built = await type.build(asked);
  const staged = await type.stage({ ...asked, built });
  const published = await type.publish({ ...asked, built, staged, mayBeThere: true, mayPublish: async () => true });
  return { ...published, built, notes: notes() };
}

describe('an artifact of type ami', () => {
  it('is built, and becomes a version by its tags, which another worker finds', async () => {
    const { type, containers } = world(goesWell);
    const { asked } = request();
    assert.equal(await type.find(asked), undefined);
    const { digest, size, built, notes } = await publishAll(type);
    const [ami] = [...here.images.values()].filter(({ owner }) => owner === accountId);
    assert.equal(digest, `${region}:${ami?.id}`);
    assert.equal(size, 8 * 2 ** 30);
    assert.deepEqual(notes, []);
    assert.equal(ami?.tags['slipway:pull-request'], 'https://github.com/acme/orders/pull/3');
    assert.equal(here.snapshots.get(ami.snapshot)?.tags.Name, 'orders:1.0.0');
    assert.equal(await type.holds(built), true);
    const found = await world(goesWell).type.find(request({ buildId: 'build-2' }).asked);
    assert.deepEqual([found?.digest, found?.identity.commit, found?.place], [digest, commit, `in AWS (${region})`]);
    assert.deepEqual(await type.versions(asked.artifact.service, asked.signal), ['1.0.0']);
    // The same build goes on where it stopped.
    assert.equal(await type.find(asked), undefined);
    await type.discard(built, 'build-1');
    assert.deepEqual([containers.all.size, containers.volumes.size], [0, 0]);
  });

  it('gives Packer its variables, limits and keys, and hides the keys in the log', async () => {
    const { type, containers } = world(goesWell);
    const { asked, log } = request();
    await type.build(asked);
    const plan = containers.all.get('slipway-packer-build-1')?.plan ?? assert.fail('no container');
    assert.equal(plan.command[0], 'packer');
    const { command, environment } = plan;
    assert.deepEqual(command.slice(1, 3), ['build', '-machine-readable']);
    for (const pair of ['service_name=orders', 'version=1.0.0', `commit=${commit}`, 'build=build-1', 'size=small'])
      assert.ok(command.includes(pair), pair);
    assert.equal(environment.PKR_VAR_ami_name, 'orders-1.0.0-0a1b2c3');
    assert.equal(environment.AWS_SECRET_ACCESS_KEY, account.secretAccessKey);
    assert.deepEqual([plan.memory, plan.processes > 0], [2 ** 30, true]);
    assert.ok(!command.join(' ').includes(account.secretAccessKey));
    assert.match(log(), /amazon-ebs: \[hidden\]/);
  });

  it('is not published over another one that came meanwhile', async () => {
    const { type } = world(goesWell);
    const { asked, notes } = request();
    const built = await type.build(asked);
    const staged = await type.stage({ ...asked, built });
    addImage('orders-1.0.0-fffffff', { service_name: 'orders', version: '1.0.0', 'slipway:build': 'build-9' });
    await assert.rejects(type.publish({ ...asked, built, staged, mayBeThere: true, mayPublish: async () => true }), {
      code: 'version-taken',
    });
    assert.match(notes()[0] ?? '', /the image `ami-\w+`. Remove it with `aws ec2 deregister-image --image-id ami-/);
    assert.match(notes()[1] ?? '', /aws ec2 delete-snapshot --snapshot-id snap-/);
  });

  it('is not published when it was cancelled, and is published wholly when that comes too late', async () => {
    const { type } = world(goesWell);
    const stop = new AbortController();
    const { asked } = request({ signal: stop.signal });
    const built = await type.build(asked);
    const staged = await type.stage({ ...asked, built });
    await assert.rejects(type.publish({ ...asked, built, staged, mayBeThere: true, mayPublish: async () => false }), {
      code: 'cancelled',
    });
    assert.equal(await type.find(request({ buildId: 'build-2' }).asked), undefined);
    const late = async () => {
      stop.abort();
      return true;
    };
    await type.publish({ ...asked, built, staged, mayBeThere: true, mayPublish: late });
    assert.ok(await type.find(request({ buildId: 'build-2' }).asked));
  });

  it('is refused by a name that the template has chosen itself, by an id that nobody has, by another manifest', async () => {
    const named = world(async function* () {
      yield say('Launching');
      yield `1764000001,amazon-ebs,artifact,0,id,${region}:${addImage('my-own-name').id}\n`;
      return { status: 0 };
    });
    const { asked } = request();
    const built = await named.type.build(asked);
    await assert.rejects(named.type.stage({ ...asked, built }), {
      code: 'build-failed',
      message: /found `my-own-name`/,
    });
    const other = world(async function* (run) {
      for await (const text of goesWell(run)) yield text;
      return { status: 0, manifest: JSON.stringify({ builds: [], last_run_uuid: 'one' }) };
    });
    const second = request({ buildId: 'build-2', of: artifact('2.0.0') });
    await assert.rejects(other.type.build(second.asked), { code: 'build-failed', message: /its manifest has nothing/ });
    assert.match(second.notes()[0] ?? '', /deregister-image/);
  });

  it('is refused before Packer starts where an interrupted build has left an image of the name', async () => {
    const { type, containers } = world(goesWell);
    addImage('orders-1.0.0-0a1b2c3');
    await assert.rejects(type.build(request().asked), { code: 'version-taken', help: /deregister-image/ });
    assert.equal(containers.all.size, 0);
  });

  it('is refused without PACKER_IMAGE or with a name too long, and AWS is not asked', async () => {
    const before = aws.actions.length;
    await assert.rejects(world(goesWell, { environment: { PACKER_IMAGE: '' } }).type.find(request().asked), {
      code: 'unsupported',
    });
    const long = request({ of: artifact('1.0.0', 'o'.repeat(120)) });
    await assert.rejects(world(goesWell).type.find(long.asked), { code: 'service-name-invalid' });
    assert.equal(aws.actions.length, before);
  });

  it('needs its template, and AWS has to take the worker’s keys', async () => {
    const missing = request({ files: {} });
    await assert.rejects(world(goesWell).type.build(missing.asked), {
      code: 'template-missing',
      message: /`packer.json`/,
    });
    const wrong = world(goesWell, {
      environment: { AWS_SECRET_ACCESS_KEY: 'another secret, just as long as that one' },
    });
    await assert.rejects(wrong.type.find(request().asked), { code: 'aws-refused', fault: 'ours', transient: false });
  });

  it('asks AWS who the worker is', async () => {
    const found = await world(goesWell).deps.aws.caller(AbortSignal.timeout(10_000));
    assert.deepEqual(found, { account: accountId, arn: `arn:aws:iam::${accountId}:user/slipway` });
  });

  it('is tried again where AWS fails for longer than the SDK tries', async () => {
    aws.inject({ action: 'DescribeImages', times: 5, code: 'InternalError', status: 500 });
    await assert.rejects(world(goesWell).type.find(request().asked), { code: 'aws-unavailable', transient: true });
  });
});

describe('a run of Packer that is stopped', () => {
  it('gets SIGINT and the time to take its instance down', async () => {
    const { type, containers } = world(runsOn);
    const stop = new AbortController();
    const { asked, log, notes } = request({ signal: stop.signal });
    const building = type.build(asked);
    await until('it runs', () => log().includes('Running local'));
    const signals = containers.all.get('slipway-packer-build-1')?.signals;
    stop.abort(new SlipwayError('cancelled', 'Cancelled.'));
    await assert.rejects(building, { code: 'cancelled' });
    assert.deepEqual(signals, ['SIGINT']);
    assert.match(log(), /Terminating the source AWS instance/);
    assert.deepEqual(notes(), []);
    assert.equal(containers.all.size, 0);
  });

  it('is killed when it does not listen, and what it leaves is named with the command that removes it', async () => {
    const { deps, containers } = world(isDeaf);
    const stop = new AbortController();
    const { asked, log, notes } = request({ signal: stop.signal });
    const building = buildAmi(deps, asked, 20);
    await until('it runs', () => log().includes('Running local'));
    const key = { id: 'key-0123', name: 'packer_x', tags: { 'slipway:build': 'build-1' } };
    here.keys.set(key.id, key);
    here.keys.set('key-9', { id: 'key-9', name: 'of somebody', tags: {} });
    stop.abort(new SlipwayError('cancelled', 'Cancelled.'));
    await assert.rejects(building, { code: 'cancelled' });
    const [instance] = here.instances.values();
    assert.deepEqual(notes(), [
      `Left behind in \`${region}\`: the instance \`${instance?.id}\`. Remove it with \`aws ec2 terminate-instances --instance-ids ${instance?.id} --region ${region}\``,
      `Left behind in \`${region}\`: the key pair \`key-0123\`. Remove it with \`aws ec2 delete-key-pair --key-pair-id key-0123 --region ${region}\``,
    ]);
    assert.equal(containers.all.size, 0);
  });

  it('runs on when its worker leaves; the next one takes it up, and hides the keys that it was given', async () => {
    const first = world(runsOn, { environment: { AWS_SESSION_TOKEN: 'the session of the first worker' } });
    const stop = new AbortController();
    const { asked, log } = request({ signal: stop.signal });
    const building = first.type.build(asked);
    await until('it runs', () => log().includes('Running local'));
    stop.abort(new SlipwayError('worker-lost', 'This worker stops.'));
    await assert.rejects(building, { code: 'cancelled' });
    const entry = first.containers.all.get('slipway-packer-build-1');
    assert.deepEqual(entry?.signals, []);

    const finish = new AbortController();
    const next = request({ signal: finish.signal });
    const second = world(goesWell, { containers: first.containers });
    const again = second.type.build(next.asked);
    await until('it is taken up', () => next.log().includes('Running local'));
    assert.match(next.log(), /for an earlier worker[\s\S]*amazon-ebs: \[hidden\]\n/);
    assert.equal(here.instances.size, 1);
    finish.abort(new SlipwayError('cancelled', 'Cancelled.'));
    await assert.rejects(again, { code: 'cancelled' });
  });

  it('is ended in order when its build ends without it: by a cancel that nobody of its worker heard', async () => {
    const first = world(runsOn);
    const stop = new AbortController();
    const { asked, log } = request({ signal: stop.signal });
    const building = first.type.build(asked);
    await until('it runs', () => log().includes('Running local'));
    const entry = first.containers.all.get('slipway-packer-build-1');
    stop.abort(new SlipwayError('lease-lost', 'Gone.'));
    await assert.rejects(building);

    const { type } = world(goesWell, { containers: first.containers });
    const other = request();
    await type.abandon(other.asked);
    assert.deepEqual(entry?.signals, ['SIGINT']);
    assert.match(other.log(), /asked to stop[\s\S]*Terminating the source/);
    assert.deepEqual([first.containers.all.size, first.containers.volumes.size], [0, 0]);
    // What is not there is left alone.
    await type.abandon(request().asked);
  });

  it('of a build that has ended is found as a left-over', async () => {
    const first = world(runsOn);
    const stop = new AbortController();
    const { asked, log } = request({ signal: stop.signal });
    const building = first.type.build(asked);
    await until('it runs', () => log().includes('Running local'));
    stop.abort(new SlipwayError('lease-lost', 'Gone.'));
    await assert.rejects(building);
    const [left, ...more] = await first.type.leftOvers();
    assert.deepEqual([left?.buildId, more.length], ['build-1', 0]);
    await left?.remove();
    assert.deepEqual(
      [...here.instances.values()].map(({ state }) => state),
      ['terminated'],
    );
    assert.equal(first.containers.all.size, 0);
  });
});
