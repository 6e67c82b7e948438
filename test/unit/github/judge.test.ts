import assert from 'node:assert/strict';
import { test } from 'node:test';
import { description } from '../../github/judge/description.ts';
import { judgeBody, judgeParameters, judgePayload, judgeResponse } from '../../github/judge/judge.ts';
import { routes } from '../../github/routes/routes.ts';

function operation(method: string, template: string) {
  const found = description().operations.find((one) => one.method === method && one.template === template);
  assert.ok(found, `${method} ${template}`);
  return found;
}

const update = () => operation('PATCH', '/repos/{owner}/{repo}/check-runs/{check_run_id}');

test('every route of the stand-in is one that GitHub describes', () => {
  const described = new Set(description().operations.map((one) => `${one.method} ${one.template}`));
  assert.deepEqual(
    Object.keys(routes).filter((route) => !described.has(route)),
    [],
  );
});

test('a request body is closed, in its depth and beside branches', () => {
  assert.deepEqual(judgeBody(update(), { conclusion: 'success', output: { summary: 's', text: 't' } }), []);
  assert.deepEqual(judgeBody(update(), { status: 'in_progress' }), []);
  assert.match(judgeBody(update(), { status: 'completed' }).join(), /conclusion/);
  assert.match(judgeBody(update(), { status: 'queued', titel: 'x' }).join(), /titel/);
  assert.match(judgeBody(update(), { output: { summary: 's', titel: 'x' } }).join(), /titel/);
  assert.match(judgeBody(update(), undefined).join(), /needs a body/);
  const get = operation('GET', '/repos/{owner}/{repo}');
  assert.match(judgeBody(get, {}).join(), /takes no body/);
});

test('parameters are judged by type and by name', () => {
  const list = operation('GET', '/repos/{owner}/{repo}/commits/{ref}/check-runs');
  const path = { owner: 'acme', repo: 'orders', ref: 'develop' };
  const judge = (query: string) => judgeParameters(list, path, new URLSearchParams(query));
  assert.deepEqual(judge('check_name=a&filter=all&per_page=100'), []);
  assert.match(judge('filter=newest').join(), /query filter/);
  assert.match(judge('per_page=many').join(), /query per_page/);
  assert.match(judge('name=a').join(), /unknown name/);
  assert.match(judgeParameters(update(), { ...path, check_run_id: 'x' }, new URLSearchParams()).join(), /check_run_id/);
});

test('an answer needs what GitHub promises, and a status that GitHub gives', () => {
  const judge = (status: number, json: unknown) => judgeResponse(update(), status, 'application/json', json);
  assert.match(judge(200, {}).join(), /required property 'head_sha'/);
  assert.match(judge(201, {}).join(), /201 is not described/);
  assert.deepEqual(
    judge(404, { message: 'Not Found', documentation_url: 'https://docs.github.com', status: '404' }),
    [],
  );
  assert.match(judge(422, { message: 'Validation Failed' }).join(), /documentation_url/);
});

test('a payload needs a description and what it promises', () => {
  assert.match(judgePayload('pull_request', 'closed', { action: 'closed' }).join(), /pull_request/);
  assert.match(judgePayload('pull_request', 'assigned', {}).join(), /no webhook pull_request assigned/);
});
