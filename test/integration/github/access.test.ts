import assert from 'node:assert/strict';
import { createSign } from 'node:crypto';
import { test } from 'node:test';
import type { GitHubStandIn } from '../../github/github-stand-in.ts';
import { octokitFor, octokitForApp, startForTest, startReceiver, statusOf, tokenFor } from './support.ts';

const at = { owner: 'acme', repo: 'orders' };

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function jwt(github: GitHubStandIn, claims: object, header: object = { alg: 'RS256', typ: 'JWT' }): string {
  const now = Math.floor(Date.now() / 1000);
  const text = `${encode(header)}.${encode({ iat: now - 30, exp: now + 570, iss: github.appId, ...claims })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(github.privateKey, 'base64url')}`;
}

const ask = async (github: GitHubStandIn, path: string, authorization?: string): Promise<number> => {
  const headers = { 'user-agent': 'test', ...(authorization === undefined ? {} : { authorization }) };
  const response = await fetch(`${github.apiUrl}${path}`, { headers, redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
};

test('an App is known by a token signed with its key, at most ten minutes ahead', async (t) => {
  const github = await startForTest(t);
  const now = Math.floor(Date.now() / 1000);
  const good = jwt(github, {});
  const cases: readonly (readonly [string, string | undefined, number])[] = [
    ['as octokit makes it', `bearer ${good}`, 200],
    ['with the client id', `bearer ${jwt(github, { iss: `Iv23li${github.appId}` })}`, 200],
    ['without a token', undefined, 401],
    ['eleven minutes ahead', `bearer ${jwt(github, { exp: now + 660 })}`, 401],
    ['ended', `bearer ${jwt(github, { exp: now - 1 })}`, 401],
    ['from the future', `bearer ${jwt(github, { iat: now + 120 })}`, 401],
    ['of another App', `bearer ${jwt(github, { iss: 1 })}`, 404],
    ['unsigned', `bearer ${jwt(github, {}, { alg: 'none' })}`, 401],
    ['changed on its way', `bearer ${good.slice(0, -4)}AAAA`, 401],
    ['no token at all', 'bearer hello', 401],
    ['another scheme', 'basic aGVsbG8=', 401],
  ];
  for (const [name, authorization, status] of cases) {
    assert.equal(await ask(github, '/app', authorization), status, name);
  }
  github.assertNoViolations();
});

test('an installation token ends, and an unknown one is refused', async (t) => {
  const github = await startForTest(t);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  const octokit = await octokitFor(github, repository.installationId);
  assert.equal((await octokit.rest.repos.get(at)).data.id, repository.id);
  const token = await tokenFor(github, repository.installationId);
  assert.equal(await ask(github, '/repos/acme/orders', `token ${token}`), 200);
  assert.equal(await ask(github, '/repos/acme/orders', `token ${token}x`), 401);
  assert.equal(await ask(github, '/repos/acme/orders'), 401);
  github.expireTokens();
  assert.equal(await ask(github, '/repos/acme/orders', `token ${token}`), 401);
  github.knobs.tokenLifetime = 0;
  const app = await octokitForApp(github);
  const { data } = await app.rest.apps.createInstallationAccessToken({
    installation_id: repository.installationId ?? 0,
  });
  assert.equal(await ask(github, '/repos/acme/orders', `token ${data.token}`), 401);
  github.assertNoViolations();
});

test('a token for an App route, and an App for an installation route, are violations', async (t) => {
  const github = await startForTest(t);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  const token = await tokenFor(github, repository.installationId);
  assert.equal(await ask(github, '/app', `token ${token}`), 401);
  assert.equal(github.takeViolations().length, 1);
  assert.equal(await ask(github, '/repos/acme/orders', `bearer ${jwt(github, {})}`), 401);
  assert.equal(github.takeViolations().length, 1);
});

test('what is not granted is refused with 403, and a token may have less than its installation', async (t) => {
  const github = await startForTest(t, { permissions: { metadata: 'read', contents: 'read', pull_requests: 'read' } });
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  const octokit = await octokitFor(github, repository.installationId);
  const head_sha = await repository.revision('develop');
  const create = () => octokit.rest.checks.create({ ...at, name: 'a', head_sha });
  assert.equal(await statusOf(create()), 403);
  await octokit.rest.repos.getContent({ ...at, path: 'README.md' });
  const app = await octokitForApp(github);
  const installation_id = repository.installationId ?? 0;
  const less = await app.rest.apps.createInstallationAccessToken({
    installation_id,
    permissions: { metadata: 'read' },
    repositories: ['orders'],
  });
  assert.equal(await ask(github, '/repos/acme/orders/contents/README.md', `token ${less.data.token}`), 403);
  assert.equal(await ask(github, '/repos/acme/orders', `token ${less.data.token}`), 200);
  const more = app.rest.apps.createInstallationAccessToken({ installation_id, permissions: { checks: 'write' } });
  assert.equal(await statusOf(more), 422);
  await github.setPermissions('acme', { checks: 'write', metadata: 'read' });
  const later = await octokitFor(github, installation_id);
  await later.rest.checks.create({ ...at, name: 'a', head_sha });
  github.assertNoViolations();
});

test('a repository that the installation does not cover is not there when it is private, and read-only when it is not', async (t) => {
  const github = await startForTest(t);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  const secret = await github.createRepository({ owner: 'other', name: 'secret', private: true });
  const open = await github.createRepository({ owner: 'other', name: 'open', install: false });
  const octokit = await octokitFor(github, repository.installationId);
  assert.equal(await statusOf(octokit.rest.repos.get({ owner: 'other', repo: 'secret' })), 404);
  assert.equal((await octokit.rest.repos.get({ owner: 'other', repo: 'open' })).data.id, open.id);
  const head_sha = await open.revision('develop');
  const check = octokit.rest.checks.create({ owner: 'other', repo: 'open', name: 'a', head_sha });
  assert.equal(await statusOf(check), 403);
  const covered = await octokit.rest.apps.listReposAccessibleToInstallation();
  assert.deepEqual(
    covered.data.repositories.map((one) => one.full_name),
    ['acme/orders'],
  );
  const app = await octokitForApp(github);
  const installations = await app.rest.apps.listInstallations();
  assert.deepEqual(
    installations.data.map((one) => one.id),
    [repository.installationId, secret.installationId],
  );
  const ofOrganization = await app.rest.apps.getOrgInstallation({ org: 'acme' });
  const ofRepository = await app.rest.apps.getRepoInstallation(at);
  assert.deepEqual(
    [ofOrganization.data.id, ofRepository.data.id],
    [repository.installationId, repository.installationId],
  );
  github.assertNoViolations();
});

test('a suspended installation and one that is gone are told, and refused', async (t) => {
  const github = await startForTest(t);
  const receiver = await startReceiver(t);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  github.deliverTo(receiver.url);
  const id = repository.installationId;
  const token = await tokenFor(github, id);
  const path = '/repos/acme/orders';
  await github.suspend('acme');
  assert.equal(await ask(github, path, `token ${token}`), 403);
  assert.equal(await statusOf(tokenFor(github, id)), 403);
  await github.unsuspend('acme');
  assert.equal(await ask(github, path, `token ${token}`), 200);
  await github.uninstall('acme');
  assert.equal(await ask(github, path, `token ${token}`), 401);
  assert.equal(await statusOf(tokenFor(github, id)), 404);
  assert.deepEqual(
    receiver.received.map(({ event, body }) => `${event}.${JSON.parse(body.toString()).action}`),
    ['installation.suspend', 'installation.unsuspend', 'installation.deleted'],
  );
  github.assertNoViolations();
});

test('the role of a collaborator is told with its older name', async (t) => {
  const github = await startForTest(t);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders', private: true });
  const octokit = await octokitFor(github, repository.installationId);
  const told = async (username: string) => {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username });
    return [data.permission, data.role_name];
  };
  repository.setPermission('max', 'maintain');
  repository.setPermission('tri', 'triage');
  repository.setPermission('nobody', 'none');
  assert.deepEqual(await told('Mona'), ['write', 'write']);
  assert.deepEqual(await told('max'), ['write', 'maintain']);
  assert.deepEqual(await told('tri'), ['read', 'triage']);
  assert.deepEqual(await told('nobody'), ['none', 'none']);
  assert.deepEqual(await told('acme'), ['admin', 'admin']);
  assert.equal(await statusOf(told('stranger')), 404);
  github.assertNoViolations();
});

test('a renamed repository sends its callers on, a removed one is gone', async (t) => {
  const github = await startForTest(t);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders', private: true });
  const octokit = await octokitFor(github, repository.installationId);
  const token = await tokenFor(github, repository.installationId);
  repository.rename('purchases');
  assert.equal(await ask(github, '/repos/acme/orders', `token ${token}`), 301);
  const content = await octokit.rest.repos.getContent({ ...at, path: 'README.md', ref: 'develop' });
  assert.match(content.url, /\/repositories\/\d+\/contents\/README\.md\?ref=develop$/);
  const head_sha = await repository.revision('develop');
  const check = await octokit.rest.checks.create({ ...at, name: 'a', head_sha });
  assert.match(check.data.url, /\/repos\/acme\/purchases\/check-runs\//);
  await github.settled();
  repository.remove();
  assert.equal(await statusOf(octokit.rest.repos.get({ owner: 'acme', repo: 'purchases' })), 404);
  github.assertNoViolations();
});
