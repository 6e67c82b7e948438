import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { signInOf, visitorOf } from '../../support/people.ts';
import { sampleArtifact, sampleOutcome, sampleService } from '../../support/sample-merge.ts';
import { openPages } from '../../support/web-pages.ts';

/** A server whose writers are `writer`, and whose readers of the private repository are everybody who is signed in but `outsider`. */
async function open(t: Parameters<typeof openPages>[0], cancel: 'cancelling' | 'ended' | 'too-late' = 'cancelling') {
  const done: string[] = [];
  const writers = new Set(['token of writer']);
  const github: { fails: Error | undefined } = { fails: undefined };
  const pages = await openPages(t, {
    signIn: signInOf(),
    ask: {
      publicOf: async () => new Set([42]),
      readableOf: async (token) => new Set(token === 'token of outsider' ? [] : [43]),
      async mayWrite(token) {
        if (github.fails !== undefined) throw github.fails;
        return writers.has(token);
      },
    },
    actions: {
      async cancel(id, by) {
        done.push(`cancel ${id} by ${by}`);
        return cancel;
      },
      async rebuild(id, { noCache, by }) {
        done.push(`rebuild ${id} by ${by}${noCache ? ' without cache' : ''}`);
        return by === 'writer' && id === 'build-1'
          ? { buildId: 'build-9' }
          : { refused: 'The version `1.4.2` is taken.' };
      },
    },
  });
  const running = () => {
    const { build, merge } = pages.add({ state: 'running' });
    const { outcome: _outcome, endedAt: _ended, ...rest } = build;
    pages.store.builds.set(build.id, rest);
    return { build: rest, merge };
  };
  const failed = () => pages.add({ outcome: sampleOutcome({ verdict: 'failed' }) });
  const formOf = async (visitor: ReturnType<typeof visitorOf>, path = '/builds') =>
    /name="form" value="([^"]+)"/.exec(await (await visitor.get(path)).text())?.[1] ?? '';
  return { pages, done, writers, github, running, failed, formOf };
}

const seen = async (response: Response) => ({ status: response.status, text: await response.text() });

test('Cancel and Rebuild are offered to those who may write, and to nobody else', async (t) => {
  const { pages, running, failed } = await open(t);
  const [live, ended] = [running().build.id, failed().build.id];
  const offers = async (login: string, id: string) => {
    const visitor = visitorOf(pages);
    if (login !== '') await visitor.signIn(login);
    return [...(await (await visitor.get(`/builds/${id}`)).text()).matchAll(/<button>([^<]+)<\/button>/g)].map(
      ([, word]) => word,
    );
  };
  assert.deepEqual(await offers('writer', live), ['Cancel']);
  assert.deepEqual(await offers('writer', ended), ['Rebuild', 'Rebuild without cache']);
  const artifact = sampleArtifact({ service: sampleService({ type: 'ami' }) });
  const machine = pages.add({ artifact, outcome: sampleOutcome({ verdict: 'failed' }) }).build.id;
  assert.deepEqual(await offers('writer', machine), ['Rebuild'], 'Packer keeps nothing');
  for (const login of ['', 'reader']) {
    assert.deepEqual(await offers(login, live), []);
    assert.deepEqual(await offers(login, ended), []);
  }
});

test('a writer’s Cancel and Rebuild are carried out in their name', async (t) => {
  const { pages, done, failed, formOf } = await open(t);
  const { id } = failed().build;
  const writer = visitorOf(pages);
  await writer.signIn('writer');
  const form = await formOf(writer);
  const answers = [
    await writer.post(`/builds/${id}/cancel`, { form }, { 'sec-fetch-site': 'same-origin' }),
    await writer.post(`/builds/${id}/rebuild`, { form }),
    await writer.post(`/builds/${id}/rebuild`, { form, cache: 'none' }),
  ];
  assert.deepEqual(
    answers.map((one) => [one.status, one.headers.get('location')]),
    [
      [303, `/builds/${id}`],
      [303, '/builds/build-9'],
      [303, '/builds/build-9'],
    ],
  );
  assert.deepEqual(done, [
    `cancel ${id} by writer`,
    `rebuild ${id} by writer`,
    `rebuild ${id} by writer without cache`,
  ]);
});

test('what cannot be done any more is said', async (t) => {
  const { pages, failed, running, formOf } = await open(t, 'too-late');
  failed();
  const { id } = running().build;
  const writer = visitorOf(pages);
  await writer.signIn('writer');
  const form = await formOf(writer);
  const late = await seen(await writer.post(`/builds/${id}/cancel`, { form }));
  assert.equal(late.status, 409);
  assert.match(late.text, /publication has begun/);
  const taken = await seen(await writer.post(`/builds/${id}/rebuild`, { form }));
  assert.equal(taken.status, 409);
  assert.match(taken.text, /The version <code>1\.4\.2<\/code> is taken\./);
});

test('where GitHub does not answer who may act, nothing is done, and the reader is told why', async (t) => {
  const { pages, done, running, github, formOf } = await open(t);
  const { id } = running().build;
  const writer = visitorOf(pages);
  await writer.signIn('writer');
  const form = await formOf(writer);
  github.fails = new SlipwayError('github-unavailable', 'GitHub did not answer.', { transient: true });
  const away = await seen(await writer.post(`/builds/${id}/cancel`, { form }));
  assert.equal(away.status, 503);
  assert.match(away.text, /<h1>GitHub does not answer<\/h1>.*Try again/);
  assert.deepEqual(done, []);
  assert.ok(!pages.lines.some(({ level }) => level === 'error'));
});

test('a token that GitHub takes no more is no permission', async (t) => {
  const { pages, done, running, github, formOf } = await open(t);
  const { id } = running().build;
  const writer = visitorOf(pages);
  await writer.signIn('writer');
  const form = await formOf(writer);
  github.fails = new SlipwayError('github-refused', 'GitHub refused the token.');
  assert.equal((await writer.post(`/builds/${id}/cancel`, { form })).status, 404);
  assert.deepEqual(done, []);
});

test('whoever may not act is told what they would be told of a build that does not exist, and nothing is done', async (t) => {
  const { pages, done, running, writers, formOf } = await open(t);
  const { id } = running().build;
  const hidden = pages.add({}, { private: true, repo: 'vault' }).build.id;
  const [writer, reader, outsider, stranger] = [visitorOf(pages), visitorOf(pages), visitorOf(pages), visitorOf(pages)];
  await writer.signIn('writer');
  await reader.signIn('reader');
  await outsider.signIn('outsider');
  const form = await formOf(writer);
  const none = async (visitor: typeof writer, fields: Record<string, string>) =>
    await seen(await visitor.post('/builds/none/cancel', fields));
  const ownForm = await formOf(reader);
  assert.deepEqual(
    await seen(await reader.post(`/builds/${id}/cancel`, { form: ownForm })),
    await none(reader, { form: ownForm }),
  );
  const outsidersForm = await formOf(outsider);
  assert.deepEqual(
    await seen(await outsider.post(`/builds/${hidden}/cancel`, { form: outsidersForm })),
    await none(outsider, { form: outsidersForm }),
  );
  assert.deepEqual(await seen(await stranger.post(`/builds/${id}/cancel`, { form })), await none(stranger, { form }));
  // A page of another site has no form of ours, and its browser says where it comes from.
  assert.equal((await writer.post(`/builds/${id}/cancel`, {})).status, 404);
  assert.equal((await writer.post(`/builds/${id}/cancel`, { form: ownForm })).status, 404);
  for (const site of ['cross-site', 'same-site', 'none']) {
    assert.equal((await writer.post(`/builds/${id}/cancel`, { form }, { 'sec-fetch-site': site })).status, 404);
  }
  assert.equal((await writer.get(`/builds/${id}/cancel`)).status, 404);
  // The right was taken away after the page was made.
  writers.clear();
  assert.equal((await writer.post(`/builds/${id}/cancel`, { form })).status, 404);
  assert.deepEqual(done, []);
});

test('a form that is far too large is refused', async (t) => {
  const { pages, running } = await open(t);
  const { id } = running().build;
  const response = await visitorOf(pages).post(`/builds/${id}/cancel`, { form: 'x'.repeat(100_000) });
  assert.equal(response.status, 413);
});

for (const [what, type] of [
  ['names no boundary', 'multipart/form-data'],
  ['is cut short', 'multipart/form-data; boundary=a'],
] as const) {
  test(`a form that ${what} is as good as none, and no fault of the server`, async (t) => {
    const { pages, running } = await open(t);
    const { id } = running().build;
    for (const path of [`/builds/${id}/cancel`, `/builds/${id}/rebuild`, '/badge-token', '/signout']) {
      const response = await pages.get(path, { method: 'POST', body: '--a\r\n', headers: { 'content-type': type } });
      assert.equal(response.status, 404, path);
    }
    assert.deepEqual(pages.lines, []);
  });
}

test('a reader who hangs up in the middle of a form is no fault of the server', async (t) => {
  const { pages, running } = await open(t);
  const { id } = running().build;
  const { port } = new URL(pages.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST /builds/${id}/cancel HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nform=`,
    () => socket.destroy(),
  );
  await t.waitFor(() => assert.ok(pages.lines.length > 0));
  assert.deepEqual(
    pages.lines.map(({ level, msg }) => [level, msg]),
    [['info', 'a request was broken off by its sender']],
  );
});
