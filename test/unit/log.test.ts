import assert from 'node:assert/strict';
import { it } from 'node:test';
import { addToLogContext, createLog, inLogContext } from '../../src/log.ts';

function logged(...args: [object, string]): string {
  const lines: string[] = [];
  createLog('info', { write: (line: string) => lines.push(line) }).info(...args);
  return lines.join('');
}

it('an error is kept with its causes, and without the payload, the request and their secrets', () => {
  const cause = Object.assign(new Error('the cause'), { request: { headers: { authorization: 'token hush' } } });
  const error = Object.assign(new Error('the message', { cause }), { event: { payload: 'hush' }, status: 502 });
  const line = logged({ err: error }, 'told');
  for (const word of ['the message', 'the cause', '502']) assert.ok(line.includes(word), line);
  assert.ok(!line.includes('hush'), line);
});

it('what is named like a secret is hidden', () => {
  const line = logged({ password: 'hush', settings: { token: 'hush', privateKey: 'hush' }, build: 'b1' }, 'told');
  assert.ok(!line.includes('hush'), line);
  assert.ok(line.includes('b1'));
});

it('every line of a work carries its fields, once each, and no line of another work does', async () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => lines.push(line) });
  const work = (build: string) =>
    inLogContext({ build }, async () => {
      await Promise.resolve();
      log.info('asked the registry');
      addToLogContext({ delivery: `delivery of ${build}` });
      log.child({ build }).info({ build }, 'published');
    });
  await Promise.all([work('one'), work('two')]);
  log.info('outside');
  const told = lines.map((line) => JSON.parse(line));
  const of = (build: string) => told.filter((line) => line.build === build).map(({ msg, delivery }) => [msg, delivery]);
  for (const build of ['one', 'two']) {
    assert.deepEqual(of(build), [
      ['asked the registry', undefined],
      ['published', `delivery of ${build}`],
    ]);
  }
  assert.deepEqual(Object.keys(told.at(-1)), ['level', 'time', 'msg']);
  assert.equal(lines.find((line) => line.includes('asked'))?.match(/"build":/g)?.length, 1);
});
