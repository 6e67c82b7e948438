import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { followOutput } from '../../../../src/build/docker/follow-output.ts';

/** As the engine sends what a program wrote to its standard output. */
function framed(...lines: readonly string[]): Buffer {
  return Buffer.concat(
    lines.map((line) => {
      const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
      header.writeUInt32BE(Buffer.byteLength(line), 4);
      return Buffer.concat([header, Buffer.from(line)]);
    }),
  );
}

async function* cutInto(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What is handed on where the engine gives these answers, one after the other. */
async function followed(answers: readonly Buffer[], size = 1000) {
  const told: string[] = [];
  let asked = 0;
  let text = '';
  const ask = async () => {
    told.push('asked');
    const answer = answers[asked] ?? assert.fail('asked too often');
    asked += 1;
    return cutInto(answer, size);
  };
  const ended = async () => {
    told.push('ended');
    return 'its end';
  };
  const end = await followOutput({ ask, ended }, (piece) => {
    text += piece.toString();
  });
  assert.equal(end, 'its end');
  assert.deepEqual(told, ['asked', 'ended', 'asked']);
  return text;
}

describe('the output of a container', () => {
  const all = framed('one\n', 'two\n', 'three\n');
  for (const size of [1, 3, 7, 1000]) {
    it(`is handed on once where the engine told all of it, in pieces of ${size}`, async () => {
      assert.equal(await followed([all, all], size), 'one\ntwo\nthree\n');
    });
    it(`is whole where the engine left out its end, or all of it, in pieces of ${size}`, async () => {
      for (let length = 0; length < all.length; length += 1) {
        assert.equal(await followed([all.subarray(0, length), all], size), 'one\ntwo\nthree\n');
      }
    });
  }

  it('has nothing twice of a log that was begun anew meanwhile', async () => {
    assert.equal(await followed([all, framed('later\n', 'and longer than what was told\n')]), 'one\ntwo\nthree\n');
    assert.equal(await followed([all, framed('three\n')]), 'one\ntwo\nthree\n');
  });

  it('of a program that says nothing is nothing', async () => {
    assert.equal(await followed([framed(), framed()]), '');
  });
});
