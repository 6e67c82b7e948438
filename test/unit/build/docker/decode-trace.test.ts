import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { traceDecoder } from '../../../../src/build/docker/decode-trace.ts';
import { encodeTrace, recorded } from './recorded.ts';

const decode = traceDecoder();
describe('traceDecoder', () => {
  it('reads what an engine sent', () => {
    const traces = recorded('buildkit-built').flatMap(({ aux }) => (typeof aux === 'string' ? [decode(aux)] : []));
    const vertexes = traces.flatMap((trace) => trace.vertexes);
    const run = vertexes.findLast(({ name }) => name.startsWith('[stage-1 4/4] RUN'));
    assert.match(run?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.ok(run?.started && run.completed && run.completed > run.started);
    assert.equal(run.started.getUTCFullYear() >= 2024, true);
    assert.equal(run.error, '');
    const output = traces
      .flatMap((trace) => trace.logs)
      .map(({ stream, msg }) => [stream, Buffer.from(msg).toString()]);
    assert.ok(output.some(([stream, text]) => stream === 2 && text === 'problems\n'));
  });

  it('reads every kind of thing that is shown, and skips what newer engines add', () => {
    const trace = decode(
      encodeTrace({
        vertexes: [
          {
            digest: 'd',
            inputs: ['i'],
            name: 'n',
            cached: true,
            started: { seconds: 1_800_000_000, nanos: 250_000_000 },
            error: 'e',
            progressGroup: { id: 'g', name: 'group', weak: true },
          },
        ],
        statuses: [{ ID: 's', vertex: 'd', current: 2 ** 40, total: 2 ** 41, completed: { seconds: 1 } }, { ID: 't' }],
        logs: [{ vertex: 'd', stream: 2, msg: Buffer.from([0xff, 0]) }],
        warnings: [{ vertex: 'd', level: 1, short: Buffer.from('old-style'), url: 'u', detail: [Buffer.from('x')] }],
      }),
    );
    assert.deepEqual(trace.vertexes, [
      {
        digest: 'd',
        name: 'n',
        cached: true,
        started: new Date(1_800_000_000_250),
        completed: undefined,
        error: 'e',
      },
    ]);
    assert.deepEqual(trace.statuses, [
      { id: 's', vertex: 'd', completed: true },
      { id: 't', vertex: '', completed: false },
    ]);
    assert.deepEqual([...(trace.logs[0]?.msg ?? [])], [0xff, 0]);
    assert.equal(trace.logs[0]?.stream, 2);
    assert.deepEqual(trace.warnings, [{ vertex: 'd', short: 'old-style' }]);
  });

  it('reads an empty message', () => {
    assert.deepEqual(decode(''), { vertexes: [], statuses: [], logs: [], warnings: [] });
  });

  it('rejects bytes that are no trace', () => {
    assert.throws(() => decode(Buffer.from([0x0a, 0xff]).toString('base64')), { code: 'engine-lost' });
  });
});
