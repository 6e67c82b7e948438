import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { type EngineMessage, failureIn, readMessages } from '../../../../src/build/docker/read-messages.ts';

async function read(...pieces: (string | Error)[]): Promise<EngineMessage[]> {
  const stream = Readable.from(
    (async function* () {
      for (const piece of pieces) {
        if (piece instanceof Error) throw piece;
        yield Buffer.from(piece);
      }
    })(),
    { objectMode: false },
  );
  const messages: EngineMessage[] = [];
  for await (const message of readMessages(stream)) messages.push(message);
  return messages;
}

describe('readMessages', () => {
  it('reads lines however they are cut', async () => {
    const text = '{"stream":"zwölf\\n"}\r\n\r\n{"stream":"two"}\r\n';
    const bytes = [...text];
    assert.deepEqual(await read(...bytes), [{ stream: 'zwölf\n' }, { stream: 'two' }]);
    assert.deepEqual(await read(text), [{ stream: 'zwölf\n' }, { stream: 'two' }]);
  });

  it('reads a last line without an end', async () => {
    assert.deepEqual(await read('{"stream":"one"}'), [{ stream: 'one' }]);
  });

  it('rejects with the stream’s own error', async () => {
    const error = new Error('broken');
    await assert.rejects(read('{"stream":"one"}\n', error), error);
  });

  it('rejects when the answer breaks off within a line', async () => {
    await assert.rejects(read('{"stream":"one"}\n{"str'), { code: 'engine-lost', transient: true });
    await assert.rejects(read('null\n'), { code: 'engine-lost' });
  });
});

describe('failureIn', () => {
  it('finds what the engine says in its stream, with the exit code where it has one', () => {
    assert.equal(failureIn({ stream: 'fine' }), undefined);
    assert.deepEqual(failureIn({ error: 'x' }), { text: 'x', exitCode: undefined });
    assert.deepEqual(failureIn({ error: 'x', errorDetail: { code: 7, message: 'y' } }), { text: 'y', exitCode: 7 });
  });
});
