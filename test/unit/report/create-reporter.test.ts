import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import nock from 'nock';
import { ProbotOctokit } from 'probot';
import { SlipwayError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import type { CheckContent } from '../../../src/report/check-content.ts';
import { createReporter } from '../../../src/report/create-reporter.ts';

const api = 'https://api.github.com';
const repository = { owner: 'acme', repo: 'orders' };
const headSha = '1'.repeat(40);
const marker = '<!-- marker -->';

/** As Probot makes it, with its retries, and without its pauses. */
function octokit(baseUrl = api) {
  return new ProbotOctokit({
    baseUrl,
    auth: { token: 'ghs_secret' },
    throttle: { enabled: false },
    retry: { retryAfterBaseValue: 1 },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
}
const lines: string[] = [];
const reporter = (baseUrl?: string) =>
  createReporter({
    github: octokit(baseUrl),
    log: createLog('info', { write: (line) => void lines.push(line) }),
    author: 'slipway[bot]',
  });

const content = (given: Partial<CheckContent> = {}): CheckContent => ({
  name: 'slipway / orders',
  status: 'completed',
  conclusion: 'success',
  title: 'orders:1.4.2 published in 38 s',
  summary: 'Summary',
  annotations: [],
  actions: [],
  detailsUrl: 'https://slipway.lan/builds/1',
  ...given,
});
const annotation = { path: 'Dockerfile', startLine: 4, endLine: 5, title: 'RUN failed', message: 'exit code 1' };
const check = (given: Partial<Parameters<ReturnType<typeof reporter>['writeCheck']>[0]> = {}) => ({
  ...repository,
  headSha,
  externalId: 'build-1/head',
  content: content(),
  mayExist: false,
  ...given,
});
const comment = (given: object = {}) => ({ ...repository, number: 12, body: `${marker}\nHello`, marker, ...given });

async function refusal(promise: Promise<unknown>): Promise<SlipwayError> {
  const error = await promise.then(
    () => assert.fail('expected a refusal'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SlipwayError, String(error));
  assert.ok(!JSON.stringify([error, error.message, error.cause, String(error.cause)]).includes('ghs_secret'));
  return error;
}

beforeEach(() => {
  nock.disableNetConnect();
  lines.length = 0;
});
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  assert.deepEqual(pending, []);
});

describe('a check', () => {
  it('is made with everything that it shows', async () => {
    let sent: unknown;
    nock(api)
      .post('/repos/acme/orders/check-runs', (body) => {
        sent = body;
        return true;
      })
      .matchHeader('authorization', 'token ghs_secret')
      .reply(201, { id: 77 });
    const full = content({
      conclusion: 'failure',
      text: 'Text',
      annotations: [annotation],
      actions: [{ label: 'Rebuild', identifier: 'rebuild', description: 'Builds again' }],
      startedAt: new Date('2026-03-02T10:00:02Z'),
      completedAt: new Date('2026-03-02T10:00:40Z'),
    });
    assert.equal(await reporter().writeCheck(check({ content: full })), 77);
    assert.deepEqual(sent, {
      name: 'slipway / orders',
      head_sha: headSha,
      external_id: 'build-1/head',
      details_url: 'https://slipway.lan/builds/1',
      status: 'completed',
      conclusion: 'failure',
      started_at: '2026-03-02T10:00:02.000Z',
      completed_at: '2026-03-02T10:00:40.000Z',
      output: {
        title: 'orders:1.4.2 published in 38 s',
        summary: 'Summary',
        text: 'Text',
        annotations: [
          {
            path: 'Dockerfile',
            start_line: 4,
            end_line: 5,
            annotation_level: 'failure',
            title: 'RUN failed',
            message: 'exit code 1',
          },
        ],
      },
      actions: [{ label: 'Rebuild', identifier: 'rebuild', description: 'Builds again' }],
    });
  });

  it('is brought up to date by its id, in one request', async () => {
    nock(api)
      .patch(
        '/repos/acme/orders/check-runs/77',
        (body) => body.status === 'in_progress' && !('conclusion' in body) && !('completed_at' in body),
      )
      .reply(200, { id: 77 });
    const running = content({ status: 'in_progress', completedAt: new Date() });
    assert.equal(await reporter().writeCheck(check({ content: running, knownId: 77 })), 77);
  });

  it('sends nothing that has become untrue while it waited for its turn', async () => {
    const asked: string[] = [];
    const stillTrue = async () => {
      asked.push('asked');
      return false;
    };
    await assert.rejects(
      reporter().writeCheck(check({ stillTrue })),
      (error: SlipwayError) => error.code === 'lease-lost' && error.transient,
    );
    assert.deepEqual(asked, ['asked']);
  });

  it('that an earlier try made is found on its commit by name and external id, and not made again', async () => {
    const runs = (from: number) =>
      Array.from({ length: 100 }, (_, i) => ({ id: from + i, external_id: 'other', output: { annotations_count: 0 } }));
    nock(api)
      .get(`/repos/acme/orders/commits/${headSha}/check-runs`)
      .query({ check_name: 'slipway / orders', filter: 'all', per_page: 100 })
      .reply(
        200,
        { total_count: 101, check_runs: runs(1) },
        { link: `<${api}/repositories/42/next?page=2>; rel="next"` },
      )
      .get('/repositories/42/next?page=2')
      .reply(200, {
        total_count: 101,
        check_runs: [{ id: 500, external_id: 'build-1/head', output: { annotations_count: 0 } }],
      })
      .patch('/repos/acme/orders/check-runs/500')
      .reply(200, { id: 500 });
    assert.equal(await reporter().writeCheck(check({ mayExist: true })), 500);
  });

  it('that no earlier try made is made', async () => {
    nock(api)
      .get(/commits\/1+\/check-runs/)
      .reply(200, {
        total_count: 1,
        check_runs: [{ id: 9, external_id: 'build-1/merge', output: { annotations_count: 0 } }],
      })
      .post('/repos/acme/orders/check-runs')
      .reply(201, { id: 78 });
    assert.equal(await reporter().writeCheck(check({ mayExist: true })), 78);
  });

  it('sends its annotations with the verdict alone', async () => {
    nock(api)
      .patch('/repos/acme/orders/check-runs/77', (body) => !('annotations' in body.output))
      .reply(200, { id: 77 })
      .patch('/repos/acme/orders/check-runs/77', (body) => body.output.annotations.length === 1)
      .reply(200, { id: 77 });
    const writer = reporter();
    await writer.writeCheck(
      check({ knownId: 77, content: content({ status: 'in_progress', annotations: [annotation] }) }),
    );
    await writer.writeCheck(check({ knownId: 77, content: content({ annotations: [annotation] }) }));
  });

  it('does not send annotations twice after a crash', async () => {
    nock(api)
      .get('/repos/acme/orders/check-runs/77')
      .reply(200, { id: 77, output: { annotations_count: 1 } })
      .patch('/repos/acme/orders/check-runs/77', (body) => !('annotations' in body.output))
      .reply(200, { id: 77 })
      .get(/commits\/1+\/check-runs/)
      .reply(200, {
        total_count: 1,
        check_runs: [{ id: 77, external_id: 'build-1/head', output: { annotations_count: 1 } }],
      })
      .patch('/repos/acme/orders/check-runs/77', (body) => !('annotations' in body.output))
      .reply(200, { id: 77 });
    const annotated = content({ annotations: [annotation] });
    await reporter().writeCheck(check({ knownId: 77, content: annotated, mayExist: true }));
    await reporter().writeCheck(check({ content: annotated, mayExist: true }));
  });

  it('keeps within the limits of GitHub', async () => {
    nock(api)
      .post('/repos/acme/orders/check-runs', ({ output, actions }) => {
        const fits = Buffer.byteLength(output.summary) <= 65_535 && Buffer.byteLength(output.text) <= 65_535;
        return fits && output.annotations.length === 50 && actions.length === 3;
      })
      .reply(201, { id: 1 });
    const action = { label: 'a', identifier: 'a', description: 'a' };
    const large = content({
      summary: 'é'.repeat(70_000),
      text: 'line\n'.repeat(20_000),
      annotations: Array.from({ length: 60 }, () => annotation),
      actions: [action, action, action, action],
    });
    assert.equal(await reporter().writeCheck(check({ content: large })), 1);
  });

  it('is not made a second time by a retry that nobody sees', async () => {
    nock(api).post('/repos/acme/orders/check-runs').reply(502, 'Bad gateway');
    const error = await refusal(reporter().writeCheck(check()));
    assert.equal(error.code, 'github-unavailable');
    assert.equal(error.transient, true);
  });

  it('is tried again by octokit where that does no harm', async () => {
    nock(api)
      .patch('/repos/acme/orders/check-runs/77')
      .reply(502)
      .patch('/repos/acme/orders/check-runs/77')
      .reply(200, { id: 77 });
    assert.equal(await reporter().writeCheck(check({ knownId: 77 })), 77);
  });

  it('is written to GitHub Enterprise Server below its base path', async () => {
    nock('https://ghe.acme.lan').post('/api/v3/repos/acme/orders/check-runs').reply(201, { id: 5 });
    assert.equal(await reporter('https://ghe.acme.lan/api/v3').writeCheck(check()), 5);
  });

  const answers: [number, Record<string, string>, string, boolean][] = [
    [401, {}, 'github-refused', false],
    [403, {}, 'github-refused', false],
    [403, { 'retry-after': '60' }, 'github-unavailable', true],
    [404, {}, 'source-gone', false],
    [422, {}, 'github-refused', false],
    [429, { 'retry-after': '60' }, 'github-unavailable', true],
    [500, {}, 'github-unavailable', true],
  ];
  for (const [status, headers, code, transient] of answers) {
    it(`that GitHub answers with ${status}${headers['retry-after'] ? ' and a time to wait' : ''} is told as ${code}`, async () => {
      nock(api).post('/repos/acme/orders/check-runs').reply(status, { message: 'No' }, headers);
      const error = await refusal(reporter().writeCheck(check()));
      assert.equal(error.code, code);
      assert.equal(error.transient, transient);
      assert.equal(error.retryAfter, headers['retry-after'] ? 60 : undefined);
      assert.match(error.message, /writing the check "slipway \/ orders" of acme\/orders/);
    });
  }

  it('that GitHub never answers ends with its signal', async (test) => {
    const server = createServer();
    test.after(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    nock.enableNetConnect('127.0.0.1');
    const stop = new AbortController();
    server.on('request', () => stop.abort());
    const hanging = reporter(`http://127.0.0.1:${address.port}`);
    const error = await refusal(hanging.writeCheck(check({ signal: stop.signal })));
    assert.equal(error.code, 'cancelled');
  });
});

describe('a comment', () => {
  const path = '/repos/acme/orders/issues/12/comments';
  const bot = { login: 'slipway[bot]' };

  it('is edited by its id', async () => {
    nock(api)
      .patch('/repos/acme/orders/issues/comments/5', { body: `${marker}\nHello` })
      .reply(200, { id: 5 });
    assert.equal(await reporter().writeComment(comment({ knownId: 5 })), 5);
  });

  it('that is not known is found by marker and author over all pages, and edited', async () => {
    nock(api)
      .get(path)
      .query({ per_page: 100 })
      .reply(
        200,
        [
          { id: 1, user: { login: 'ada' }, body: `${marker} mine` },
          { id: 2, user: bot, body: 'other' },
          { id: 3, user: null, body: marker },
        ],
        {
          link: `<${api}/repositories/42/issues/12/comments?page=2>; rel="next"`,
        },
      )
      .get('/repositories/42/issues/12/comments?page=2')
      .reply(200, [{ id: 4 }, { id: 6, user: bot, body: `x ${marker}` }])
      .patch('/repos/acme/orders/issues/comments/6')
      .reply(200, { id: 6 });
    assert.equal(await reporter().writeComment(comment()), 6);
  });

  it('that is not there is made, and somebody else’s with the marker is left alone', async () => {
    nock(api)
      .get(path)
      .query(true)
      .reply(200, [{ id: 1, user: { login: 'ada' }, body: marker }])
      .post(path, { body: `${marker}\nHello` })
      .reply(201, { id: 8 });
    assert.equal(await reporter().writeComment(comment()), 8);
  });

  it('that was deleted is made again', async () => {
    nock(api)
      .patch('/repos/acme/orders/issues/comments/5')
      .reply(404)
      .get(path)
      .query(true)
      .reply(200, [])
      .post(path)
      .reply(201, { id: 9 });
    assert.equal(await reporter().writeComment(comment({ knownId: 5 })), 9);
  });

  it('is left out where the conversation is locked, and the log says so', async () => {
    nock(api)
      .get(path)
      .query(true)
      .reply(200, [])
      .post(path)
      .reply(403, { message: 'Unable to create comment because issue is locked.' });
    assert.equal(await reporter().writeComment(comment()), undefined);
    assert.match(lines.join(''), /the conversation is locked/);
  });

  it('is not made a second time by a retry that nobody sees', async () => {
    nock(api).get(path).query(true).reply(200, []).post(path).reply(502);
    assert.equal((await refusal(reporter().writeComment(comment()))).code, 'github-unavailable');
  });

  it('that GitHub refuses for another reason is an error', async () => {
    nock(api)
      .get(path)
      .query(true)
      .reply(200, [])
      .post(path)
      .reply(403, { message: 'Repository was archived so is read-only.' });
    const error = await refusal(reporter().writeComment(comment()));
    assert.equal(error.code, 'github-refused');
    assert.match(error.message, /writing the comment on acme\/orders#12/);
  });
});
