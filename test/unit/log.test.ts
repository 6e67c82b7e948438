import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createLog } from '../../src/log.ts';

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
