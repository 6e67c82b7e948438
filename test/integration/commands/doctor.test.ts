import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { lockFolder } from '../../../src/store/lock-folder.ts';
import { type AwsStandIn, startAws } from '../../aws/start-aws.ts';
import type { GitHubOptions, GitHubStandIn } from '../../github/start-github.ts';
import { startGitHub } from '../../github/start-github.ts';
import { buildTestImage } from '../../support/build-test-image.ts';
import { type Authority, makeAuthority } from '../../support/certificates.ts';
import { freePort } from '../../support/free-port.ts';
import { type Front, startFront } from '../../support/front.ts';
import { engineHost } from '../../support/parts.ts';
import { type RegistryOptions, type StartedRegistry, startRegistry } from '../../support/registries.ts';
import { startTestSlipway, testEnvironment } from '../../support/start-test-slipway.ts';
import { until } from '../../support/until.ts';

const root = path.join(import.meta.dirname, '../../..');
const main = path.join(root, 'src/main.ts');
const names = ['DNS:localhost', 'IP:127.0.0.1'];

type Environment = Readonly<Record<string, string | undefined>>;
type Line = { name: string; state: string; found: string; help?: string };

let authority: Authority;
let other: Authority;
let registry: StartedRegistry;
let github: GitHubStandIn;
let publicFront: Front;
/** This machine under a name that is not seen to be its own, as a proxy's is. */
let publicUrl: string;
let wanted: { default_permissions: NonNullable<GitHubOptions['permissions']>; default_events: string[] };
let folder: string;
let good: Environment;
let count = 0;
let aws: AwsStandIn;
/** The settings of a worker that makes machine images, with a Packer that is none. */
let machines: Environment;

/** Answers as Packer does; a template with the word "bad" is one that it does not take, as is whatever sees a key or a network. */
const packerScript = `#!/bin/sh
refuse() { echo "1764000000,,ui,error,Error: $1"; exit 1; }
[ "$1" = version ] && { echo "Packer v1.6.6"; exit 0; }
[ "$1" = validate ] || refuse "asked to $1"
env | grep -q SECRET && refuse "it has a secret"
[ -e /sys/class/net/eth0 ] && refuse "it has a network"
touch written 2>/dev/null && refuse "it can write to the tree"
for template; do :; done
grep -q bad "$template" && refuse "Unsupported argument\\n\\n  on $template line 7"
exit 0
`;

const webhooks = (url: string) => `${url}/api/github/webhooks`;
const registryWith = async (t: TestContext, options: RegistryOptions) => {
  const started = await startRegistry({ auth: 'basic', ...options });
  t.after(() => started.stop());
  return started;
};
const startedGitHub = async (options: GitHubOptions) => {
  const { default_permissions: permissions, default_events: events } = wanted;
  const started = await startGitHub({ basePath: '/api/v3', permissions, events, ...options });
  started.deliverTo(webhooks(publicUrl));
  return started;
};
const githubWith = async (t: TestContext, options: GitHubOptions) => {
  const started = await startedGitHub(options);
  t.after(() => started.stop());
  return started;
};
const settingsOf = (started: GitHubStandIn): Environment => ({
  APP_ID: String(started.appId),
  PRIVATE_KEY: started.privateKey,
  WEBHOOK_SECRET: started.webhookSecret,
  GHE_HOST: new URL(started.apiUrl).host,
  GHE_PROTOCOL: 'http',
});
const settingsOfRegistry = (started: StartedRegistry): Environment => ({
  REGISTRY: started.address,
  REGISTRY_USERNAME: started.credentials?.username,
  REGISTRY_PASSWORD: started.credentials?.password,
});

before(async () => {
  [authority, other] = await Promise.all([makeAuthority(90), makeAuthority()]);
  registry = await startRegistry({ auth: 'basic', tls: await authority.issue(names, 80) });
  publicFront = await startFront({
    tls: await other.issue(['IP:::ffff:127.0.0.1']),
    answer({ path: asked }, response) {
      response.writeHead(asked === '/healthz' ? 200 : 503).end('ok\n');
      return true;
    },
  });
  publicUrl = `https://[::ffff:7f00:1]:${publicFront.port}`;
  wanted = parse(await readFile(path.join(root, 'app.yml'), 'utf8'));
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-doctor-'));
  github = await startedGitHub({});
  const account = { accessKeyId: 'AKIA0123456789ABCDEF', secretAccessKey: 'AWSSECRET with 40 characters, + and / in' };
  const packer = { '/bin/packer': packerScript };
  const [started, image] = await Promise.all([startAws(account), buildTestImage('slipway-test-no-packer:1', packer)]);
  aws = started;
  machines = {
    PACKER_IMAGE: image,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${aws.port}`,
  };
  good = {
    ...settingsOf(github),
    ...settingsOfRegistry(registry),
    REGISTRY_CA_FILE: authority.caFile,
    DOCKER_HOST: engineHost(),
    PUBLIC_URL: publicUrl,
    METRICS_TOKEN: 'a token of the tests',
    NODE_EXTRA_CA_CERTS: other.caFile,
  };
});
after(async () => {
  await Promise.all([
    aws.stop(),
    github.stop(),
    registry.stop(),
    publicFront.stop(),
    authority.remove(),
    other.remove(),
  ]);
  await rm(folder, { recursive: true });
});

/** Runs the command as people do; what it prints holds no secret. */
async function run(changes: Environment, ...args: string[]): Promise<{ status: number; out: string }> {
  count += 1;
  const env = { PATH: process.env.PATH, DATA_DIR: path.join(folder, `data-${count}`), ...good, ...changes };
  const [status, out] = await new Promise<[number, string]>((resolve) => {
    const child = execFile(process.execPath, [main, 'doctor', ...args], { env, cwd: folder }, (_, stdout, stderr) =>
      resolve([child.exitCode ?? -1, stdout + stderr]),
    );
  });
  const {
    PRIVATE_KEY: key = '',
    WEBHOOK_SECRET: secret,
    REGISTRY_PASSWORD: password,
    METRICS_TOKEN: token,
  } = env as Record<string, string>;
  const body = key.split('\n')[1] ?? key;
  for (const hidden of [body, secret, password, token, 'pg-secret', 'AWSSECRET']) {
    assert.ok(!hidden || !out.includes(hidden), `a secret is printed: ${out}`);
  }
  return { status, out };
}

/** The lines that are not ok, and the exit status. */
async function findings(
  changes: Environment,
  ...args: string[]
): Promise<{ status: number; state: string; bad: Line[]; lines: Line[] }> {
  const { status, out } = await run(changes, '--json', ...args);
  const { state, checks }: { state: string; checks: Line[] } = JSON.parse(out);
  return { status, state, lines: checks, bad: checks.filter((line) => line.state !== 'ok') };
}

/** Asserts that this one line, and no other, tells of what is wrong; lines that stand on it were not asked. */
async function namedBy(changes: Environment, name: string, words: RegExp, state: 'fails' | 'warning' = 'fails') {
  const { status, bad, state: whole } = await findings(changes);
  const told = bad.filter((line) => line.state !== 'skipped');
  assert.deepEqual(
    told.map((line) => [line.name, line.state]),
    [[name, state]],
    JSON.stringify(bad),
  );
  assert.match(`${told[0]?.found} ${told[0]?.help}`, words);
  assert.ok(told[0]?.help, 'it says what to do');
  assert.deepEqual([status, whole], state === 'fails' ? [1, 'fails'] : [2, 'warning']);
  return bad;
}

describe('slipway doctor', { concurrency: 2 }, () => {
  it('says ok line by line and ends with 0 where everything is well', async () => {
    const { status, out } = await run({});
    assert.equal(status, 0, out);
    const lines = out.trim().split('\n');
    assert.ok(
      lines.every((line) => line.startsWith('ok ')),
      out,
    );
    for (const words of [
      /Node\.js +24\./,
      /engine +Docker Engine \d+.*BuildKit, storage driver \w+/,
      /registry TLS +trusted \(test < Slipway test authority, until 20\d\d-/,
      /registry credentials +slipway is let in/,
      /registry push +a probe was pushed to staging, mounted and deleted/,
      /registry clock +\d s from ours/,
      /GitHub App +slipway of acme/,
      /GitHub App webhook +https:.*\/api\/github\/webhooks/,
      /database +embedded/,
      /public URL +https:\S+ answers/,
    ]) {
      assert.ok(
        lines.some((line) => words.test(line)),
        `${words}: ${out}`,
      );
    }
    const listed = await fetch(`https://${registry.address}/v2/`, {}).catch(() => undefined);
    assert.equal(listed, undefined, 'the registry is not trusted by everybody');
    github.assertNoViolations();
  });

  it('tells of Packer and AWS where machine images are made, and how templates are validated', async () => {
    const { status, bad, lines } = await findings(machines);
    assert.deepEqual([status, bad], [0, []]);
    const found = (name: string) => lines.find((line) => line.name === name)?.found;
    assert.equal(found('Packer'), 'Packer 1.6.6 answers, in slipway-test-no-packer:1');
    assert.match(found('AWS credentials') ?? '', /^arn:aws:iam::\d+:user\/slipway, in the account \d+$/);
    assert.match(found('Packer templates') ?? '', /`slipway doctor DIR` validates/);
    assert.deepEqual(aws.violations, []);
  });

  it('names an image of Packer’s that is not there or holds none, and credentials that AWS does not take', async () => {
    const away = { ...machines, PACKER_IMAGE: 'slipway-test-nowhere:1' };
    await namedBy(away, 'Packer', /is not on the engine.*docker pull slipway-test-nowhere:1/, 'warning');
    const empty = { ...machines, PACKER_IMAGE: await buildTestImage('slipway-test-empty:1', { '/bin/x': '' }) };
    await namedBy(empty, 'Packer', /told none.*PACKER_IMAGE to an image with `packer`/);
    const wrong = { ...machines, AWS_SECRET_ACCESS_KEY: 'AWSSECRET that is another one, as long..' };
    await namedBy(wrong, 'AWS credentials', /AWS refused the worker's credentials: SignatureDoesNotMatch.*policy/);
  });

  /** A repository whose services are these, each with a template of its own. */
  async function repository(services: Readonly<Record<string, string>>, yml?: string): Promise<string> {
    const dir = await mkdtemp(path.join(folder, 'repository-'));
    await mkdir(path.join(dir, '.github'));
    const lines = Object.keys(services).map(
      (name) => `  - { path: ${name}, name: ${name}, type: ami, packer: { template: packer.json } }\n`,
    );
    await writeFile(path.join(dir, '.github/slipway.yml'), yml ?? `services:\n${lines.join('')}  - { name: image }\n`);
    for (const [name, template] of Object.entries(services)) {
      await mkdir(path.join(dir, name));
      await writeFile(path.join(dir, name, 'packer.json'), template);
    }
    return dir;
  }

  it('has Packer validate the templates of a folder, one line for each, with neither keys nor network', async () => {
    const { status, lines } = await findings(machines, await repository({ one: 'good', two: 'bad' }));
    const told = lines.filter(({ name }) => /template/.test(name));
    const words = 'Packer cannot use `two/packer.json`: Error: Unsupported argument on packer.json line 7';
    assert.deepEqual(told, [
      { name: 'template of one', state: 'ok', found: 'Packer takes `one/packer.json`' },
      { name: 'template of two', state: 'fails', found: words, help: 'Correct the template.' },
    ]);
    assert.equal(status, 1);
    // Other tests ask at the same time, and theirs are gone in a moment.
    const list = ['-H', engineHost(), 'ps', '--all', '--quiet', '--filter', 'label=dev.slipway.doctor'];
    await until('no container is left', async () => (await promisify(execFile)('docker', list)).stdout === '');
  });

  it('names what keeps templates from being looked at: slipway.yml, no PACKER_IMAGE, no such folder', async () => {
    const broken = await findings(machines, await repository({}, 'vershion: 1\n'));
    assert.deepEqual(
      broken.bad.map(({ name, state }) => [name, state]),
      [['Packer templates', 'fails']],
    );
    assert.match(broken.bad[0]?.found ?? '', /slipway\.yml`, line 1: expected/);
    const unset = await findings({}, await repository({ one: 'good' }));
    assert.match(unset.bad[0]?.found ?? '', /PACKER_IMAGE is not set/);
    const none = await findings(machines, await repository({}, 'services: [{ name: image }]\n'));
    assert.deepEqual([none.status, none.bad], [0, []]);
    const nowhere = await run(machines, path.join(folder, 'nowhere'));
    assert.deepEqual([nowhere.status, /Expected a folder at/.test(nowhere.out)], [2, true], nowhere.out);
  });

  it('leaves nothing in staging', async (t) => {
    const open = await registryWith(t, {});
    const { status, out } = await run({ ...settingsOfRegistry(open), REGISTRY_CA_FILE: '' });
    assert.equal(status, 0, out);
    const authorization = `Basic ${Buffer.from('slipway:right:password').toString('base64')}`;
    const answer = await fetch(`${open.url}/v2/slipway-staging/tags/list`, { headers: { authorization } });
    const { tags } = (await answer.json()) as { tags: string[] | null };
    assert.deepEqual(tags ?? [], []);
  });

  it('names a private key of another App', async (t) => {
    // Of its own: a call without a right key is a violation, of which no other test may hear.
    const changes = settingsOf(await githubWith(t, {}));
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const bad = await namedBy({ ...changes, PRIVATE_KEY: privateKey }, 'GitHub App', /does not take the private key/);
    assert.equal(bad.length, 5, 'what stands on it is not asked');
  });

  it('names a permission that the App does not have', async (t) => {
    const permissions = { ...wanted.default_permissions, checks: 'read' } as const;
    const changes = settingsOf(await githubWith(t, { permissions }));
    await namedBy(changes, 'GitHub App permissions', /checks: write \(found read\)/);
  });

  it('names an event that the App does not get: needed for publishing, or for something else', async (t) => {
    const without = (event: string) => ({ events: wanted.default_events.filter((one) => one !== event) });
    const deaf = settingsOf(await githubWith(t, without('pull_request')));
    await namedBy(deaf, 'GitHub App events', /missing: pull_request/);
    const less = settingsOf(await githubWith(t, without('check_suite')));
    await namedBy(less, 'GitHub App events', /missing: check_suite/, 'warning');
  });

  it('names webhooks that go elsewhere', async (t) => {
    const started = await githubWith(t, {});
    started.deliverTo('https://old.example.com/api/github/webhooks');
    const words = /sends to https:\/\/old\.example\.com\S+, expected https:\/\/\[/;
    await namedBy(settingsOf(started), 'GitHub App webhook', words);
  });

  it('names deliveries that did not arrive', async (t) => {
    const started = await githubWith(t, {});
    started.deliverTo(`http://127.0.0.1:${await freePort()}/api/github/webhooks`);
    await started.ping();
    started.deliverTo(webhooks(publicUrl));
    await namedBy(settingsOf(started), 'GitHub App deliveries', /1 of 1 failed.*every 10 minutes/, 'warning');
  });

  it('names a registry that is down', async () => {
    const bad = await namedBy({ REGISTRY: `127.0.0.1:${await freePort()}` }, 'registry', /refused the connection/);
    assert.deepEqual(
      bad.slice(1).map(({ state }) => state),
      ['skipped', 'skipped', 'skipped', 'skipped'],
    );
  });

  it('names a wrong password', async () => {
    await namedBy(
      { REGISTRY_PASSWORD: 'wrong-password' },
      'registry credentials',
      /refused the account slipway.*REGISTRY_PASSWORD/,
    );
  });

  it('names an authority that is not trusted', async () => {
    await namedBy({ REGISTRY_CA_FILE: '' }, 'registry TLS', /authority that is not known here.*REGISTRY_CA_FILE/);
  });

  it('names a certificate that has expired, and one that ends soon', async (t) => {
    const expired = await registryWith(t, { tls: await authority.issue(names, -1) });
    await namedBy(settingsOfRegistry(expired), 'registry TLS', /has expired \(test < .*Renew/);
    const soon = await registryWith(t, { tls: await authority.issue(names, 20) });
    await namedBy(settingsOfRegistry(soon), 'registry TLS', /ends soon.*slipway registry up/, 'warning');
  });

  it('names a certificate for another host', async (t) => {
    const elsewhere = await registryWith(t, { tls: await authority.issue(['DNS:registry.lan'], 80) });
    await namedBy(settingsOfRegistry(elsewhere), 'registry TLS', /for other names \(DNS:registry\.lan\)/);
  });

  it('warns of a registry that does not delete', async (t) => {
    const stubborn = await registryWith(t, { deletes: false });
    const changes = { ...settingsOfRegistry(stubborn), REGISTRY_CA_FILE: '' };
    await namedBy(changes, 'registry push', /may not be deleted.*storage\.delete\.enabled/, 'warning');
  });

  it('warns of a registry whose clock goes wrong', async (t) => {
    const plain = await registryWith(t, {});
    const front = await startFront({
      target: plain.address,
      answer(_, response) {
        const { writeHead } = response;
        response.writeHead = ((status: number, headers: object) =>
          writeHead.call(response, status, {
            ...headers,
            date: new Date(Date.now() + 120_000).toUTCString(),
          })) as never;
        return false;
      },
    });
    t.after(() => front.stop());
    const changes = { ...settingsOfRegistry(plain), REGISTRY: front.address, REGISTRY_CA_FILE: '' };
    await namedBy(changes, 'registry clock', /1(19|20|21) s before ours.*NTP/, 'warning');
  });

  it('names an engine that is down', async () => {
    await namedBy(
      { DOCKER_HOST: `unix://${folder}/none.sock` },
      'engine',
      /could not be reached \(ENOENT\).*DOCKER_HOST/,
    );
  });

  it('names a database folder that another process has', async (t) => {
    const dataDir = path.join(folder, 'taken');
    await mkdir(path.join(dataDir, 'store/pgdata'), { recursive: true });
    const release = await lockFolder(path.join(dataDir, 'store'));
    t.after(release);
    await namedBy({ DATA_DIR: dataDir }, 'database', /used by another Slipway/);
  });

  it('asks the server that holds the database, and opens it when the server has stopped', async (t) => {
    const slipway = await startTestSlipway(github, { deliver: false });
    t.after(() => slipway.stop());
    const { lines } = await findings({ DATA_DIR: slipway.dataDir });
    assert.match(lines.find(({ name }) => name === 'database')?.found ?? '', /the server that runs on .* answers/);
  });

  it('names a PostgreSQL that is down, without its password', async () => {
    const address = `postgres://slipway:pg-secret@127.0.0.1:${await freePort()}/slipway`;
    await namedBy({ DATABASE_URL: address }, 'database', /PostgreSQL at 127\.0\.0\.1:\d+\/slipway cannot be used/);
  });

  it('names a public address that GitHub cannot reach, unless there is a channel', async (t) => {
    const started = await githubWith(t, {});
    started.deliverTo('http://localhost:3000/api/github/webhooks');
    const local = { ...settingsOf(started), PUBLIC_URL: 'http://localhost:3000' };
    await namedBy(local, 'public URL', /this machine.*WEBHOOK_PROXY_URL/);
    started.deliverTo('https://smee.example/channel');
    const { status, bad } = await findings({ ...local, WEBHOOK_PROXY_URL: 'https://smee.example/channel' });
    assert.deepEqual([status, bad], [0, []]);
  });

  it('names settings that are wrong, and asks everything that can be asked without them', async () => {
    const bad = await namedBy({ WEBHOOK_SECRET: '' }, 'settings', /WEBHOOK_SECRET: is not set/);
    assert.ok(
      bad.every(({ name }) => /settings|GitHub App|public URL/.test(name)),
      JSON.stringify(bad),
    );
  });

  it('says where there is no App yet', async () => {
    const none = { APP_ID: '', PRIVATE_KEY: '', WEBHOOK_SECRET: '' };
    await namedBy(none, 'GitHub App', /there is none yet.*set-up page/, 'warning');
  });

  it('reads the App that the set-up page has kept', async () => {
    const dataDir = path.join(folder, 'kept');
    await mkdir(dataDir);
    const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET } = testEnvironment(github, dataDir);
    const lines = Object.entries({ APP_ID, PRIVATE_KEY, WEBHOOK_SECRET }).map(([key, value]) => `${key}="${value}"\n`);
    await writeFile(path.join(dataDir, 'app.env'), lines.join(''));
    const { status, out } = await run({ DATA_DIR: dataDir, APP_ID: '', PRIVATE_KEY: '', WEBHOOK_SECRET: '' });
    assert.equal(status, 0, out);
  });
});
