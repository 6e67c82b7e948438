import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { octokitFor, startForTest, statusOf } from './support.ts';

const run = promisify(execFile);

const module = '1234567890123456789012345678901234567890';
const files = {
  'package.json': '{"name":"orders"}\n',
  'docs/ü ß#?.md': 'named oddly\n',
  'bin/start': { executable: '#!/bin/sh\n' },
  link: { symlink: 'docs/ü ß#?.md' },
  dangling: { symlink: '/etc/passwd' },
  'lib/vendored': { submodule: module },
  '.gitmodules': '[submodule "vendored"]\n\tpath = lib/vendored\n\turl = https://github.com/acme/vendored.git\n',
  'secret.txt': 'not in archives\n',
  '.gitattributes': 'secret.txt export-ignore\n',
  big: 'x'.repeat(1024 * 1024 + 1),
};

async function prepare(t: TestContext) {
  const github = await startForTest(t);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders', private: true, files });
  const octokit = await octokitFor(github, repository.installationId);
  const at = { owner: 'acme', repo: 'orders' };
  const get = async (path: string, more: object = {}) =>
    (await octokit.rest.repos.getContent({ ...at, path, ref: 'develop', ...more })).data;
  return { github, repository, octokit, at, get };
}

test('a file comes as base64 in lines of 60, or raw', async (t) => {
  const { github, get } = await prepare(t);
  const file = await get('docs/ü ß#?.md');
  assert.ok(!Array.isArray(file) && file.type === 'file');
  assert.equal(Buffer.from(file.content, 'base64').toString(), files['docs/ü ß#?.md']);
  assert.ok(file.content.endsWith('\n'));
  const raw: unknown = await get('package.json', { mediaType: { format: 'raw+json' } });
  assert.equal(raw, files['package.json']);
  const big = await get('big');
  assert.ok(!Array.isArray(big) && big.type === 'file');
  assert.deepEqual([big.encoding, big.content, big.size], ['none', '', files.big.length]);
  github.assertNoViolations();
});

test('folders are lists, links are followed inside the repository, submodules are named', async (t) => {
  const { github, get } = await prepare(t);
  const root = await get('');
  assert.ok(Array.isArray(root));
  assert.deepEqual(
    root.filter((one) => ['bin', 'link', 'package.json'].includes(one.name)).map((one) => [one.name, one.type]),
    [
      ['bin', 'dir'],
      ['link', 'symlink'],
      ['package.json', 'file'],
    ],
  );
  const lib = await get('lib');
  assert.ok(Array.isArray(lib));
  assert.deepEqual(
    lib.map((one) => [one.path, one.type, one.download_url]),
    [['lib/vendored', 'file', null]],
  );
  const link = await get('link');
  assert.ok(!Array.isArray(link) && link.type === 'file');
  assert.equal(Buffer.from(link.content, 'base64').toString(), files['docs/ü ß#?.md']);
  const dangling = await get('dangling');
  assert.ok(!Array.isArray(dangling) && dangling.type === 'symlink');
  assert.equal(dangling.target, '/etc/passwd');
  const submodule = await get('lib/vendored');
  assert.ok(!Array.isArray(submodule) && submodule.type === 'submodule');
  assert.deepEqual([submodule.sha, submodule.submodule_git_url], [module, 'https://github.com/acme/vendored.git']);
  const object: unknown = await get('bin', { mediaType: { format: 'object+json' } });
  assert.equal((object as { entries: unknown[] }).entries.length, 1);
  assert.equal(await statusOf(get('nothing/here')), 404);
  assert.equal(await statusOf(get('package.json', { ref: 'no-branch' })), 404);
  github.assertNoViolations();
});

test('an archive comes from another origin, with the modes of git archive and without what export-ignore names', async (t) => {
  const { github, repository, octokit, at } = await prepare(t);
  const commit = await repository.revision('develop');
  const archive = await octokit.rest.repos.downloadTarballArchive({ ...at, ref: commit });
  assert.notEqual(new URL(archive.url).origin, new URL(github.apiUrl).origin);
  const listing = run('tar', ['-tvzf', '-']);
  listing.child.stdin?.end(Buffer.from(archive.data as ArrayBuffer));
  const lines = (await listing).stdout.split('\n');
  const modeOf = (name: string) => lines.find((line) => line.endsWith(`/${name}`))?.slice(0, 10);
  assert.equal(modeOf('package.json'), '-rw-rw-r--');
  assert.equal(modeOf('bin/start'), '-rwxrwxr-x');
  assert.equal(modeOf('secret.txt'), undefined);
  assert.ok(lines.some((line) => line.includes(`acme-orders-${commit.slice(0, 7)}/link -> `)));
  github.assertNoViolations();
});

test('a token that reaches the origin of the archives is a violation, and a link ends', async (t) => {
  const { github, octokit, at } = await prepare(t);
  const answer = await octokit.rest.repos.downloadTarballArchive({ ...at, ref: 'develop' });
  const sent = await fetch(answer.url, { headers: { authorization: 'token leaked' } });
  assert.equal(sent.status, 200);
  await sent.arrayBuffer();
  assert.match(github.takeViolations()[0]?.problem ?? '', /token was sent to the origin of the archives/);
  const forged = new URL(answer.url);
  forged.searchParams.set('token', 'guessed');
  assert.equal((await fetch(forged)).status, 404);
  assert.equal(await statusOf(octokit.rest.repos.downloadTarballArchive({ ...at, ref: 'no-branch' })), 404);
  github.assertNoViolations();
});

test('a comparison shows 300 files on its first page alone, what was done to each, and where the two parted', async (t) => {
  const { github, repository, octokit, at } = await prepare(t);
  const parted = await repository.revision('develop');
  const many = Object.fromEntries(Array.from({ length: 301 }, (_, n) => [`many/${n}`, 'x\n\n\n']));
  const change = { 'bin/start': { symlink: 'elsewhere' }, 'a.txt': 'one\n\n\n' };
  await repository.commit('few', change, 'Few', { from: 'develop' });
  await repository.commit('many', many, 'Many', { from: 'few' });
  await repository.commit('develop', { 'b.txt': '1' }, 'Go on');
  const compare = async (head: string, page = 1) => {
    const asked = { ...at, basehead: `develop...${head}`, per_page: 1, page };
    return (await octokit.rest.repos.compareCommitsWithBasehead(asked)).data;
  };
  const few = await compare('few');
  assert.deepEqual([few.merge_base_commit.sha, few.behind_by, few.status], [parted, 1, 'diverged']);
  const files = few.files?.map(({ filename, status, patch }) => [filename, status, patch]);
  assert.deepEqual(files, [
    ['a.txt', 'added', '@@ -0,0 +1,3 @@\n+one\n+\n+'],
    ['bin/start', 'changed', undefined],
  ]);
  const pages = [await compare('many'), await compare('many', 2)];
  assert.deepEqual(
    pages.map(({ commits, files: shown, total_commits: total }) => [commits.length, shown?.length, total]),
    [
      [1, 300, 2],
      [1, 0, 2],
    ],
  );
  github.assertNoViolations();
});

test('commits, trees, blobs, branches and comparisons are those of the bare repository', async (t) => {
  const { github, repository, octokit, at } = await prepare(t);
  const before = await repository.revision('develop');
  const after = await repository.commit('develop', { 'bin/start': null, 'bin/run': { executable: 'x' } }, 'Rename it');
  const commit = await octokit.rest.repos.getCommit({ ...at, ref: after });
  assert.equal(commit.data.commit.message, 'Rename it');
  assert.equal(commit.data.author?.login, 'mona');
  assert.deepEqual(
    commit.data.parents.map((one) => one.sha),
    [before],
  );
  const tree = await octokit.rest.git.getTree({ ...at, tree_sha: after, recursive: 'true' });
  const entry = tree.data.tree.find((one) => one.path === 'bin/run');
  assert.equal(entry?.mode, '100755');
  const blob = await octokit.rest.git.getBlob({ ...at, file_sha: entry?.sha ?? '' });
  assert.equal(Buffer.from(blob.data.content, 'base64').toString(), 'x');
  const branch = await octokit.rest.repos.getBranch({ ...at, branch: 'develop' });
  assert.equal(branch.data.commit.sha, after);
  const ref = await octokit.rest.git.getRef({ ...at, ref: 'heads/develop' });
  assert.equal(ref.data.object.sha, after);
  const compared = await octokit.rest.repos.compareCommitsWithBasehead({ ...at, basehead: `${before}...${after}` });
  assert.deepEqual([compared.data.status, compared.data.ahead_by], ['ahead', 1]);
  const listed = await octokit.rest.repos.listCommits({ ...at, sha: 'develop', per_page: 1 });
  assert.deepEqual(
    listed.data.map((one) => one.sha),
    [after],
  );
  github.assertNoViolations();
});
