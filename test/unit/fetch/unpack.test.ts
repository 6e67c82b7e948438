import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { unpack } from '../../../src/fetch/unpack.ts';

const { signal } = new AbortController();
const content = Buffer.from(Array.from({ length: 1_000_000 }, (_, at) => (at * at) % 251));

describe('gzip is unpacked', () => {
  it('while one piece of memory brings it, and gives back its own', async () => {
    const packed = gzipSync(content);
    const piece = Buffer.alloc(1000);
    const parts: Buffer[] = [];
    const chunks: Buffer[] = [];
    const feed = async (write: (chunk: Buffer) => Promise<void>) => {
      for (let at = 0; at < packed.length; at += piece.length) {
        await write(piece.subarray(0, packed.copy(piece, 0, at)));
        piece.fill(0);
      }
    };
    for await (const chunk of unpack(feed, signal)) {
      parts.push(Buffer.from(chunk));
      chunks.push(chunk);
    }
    assert.deepEqual(Buffer.concat(parts), content);
    assert(
      chunks.some(({ buffer }) => buffer.byteLength === 0),
      'no memory was given back',
    );
  });

  it('and whoever feeds it is told when nobody reads any more', async () => {
    const stopped = Promise.withResolvers<unknown>();
    const feed = async (write: (chunk: Buffer) => Promise<void>, closed: AbortSignal) => {
      try {
        for (;;) await write(gzipSync(content));
      } catch (error) {
        stopped.resolve([error instanceof Error, closed.aborted]);
        throw error;
      }
    };
    for await (const _ of unpack(feed, signal)) break;
    assert.deepEqual(await stopped.promise, [true, true]);
  });

  it('and fails with what its feeder fails with', async () => {
    const feed = async (write: (chunk: Buffer) => Promise<void>) => {
      await write(gzipSync(content).subarray(0, 500));
      throw new Error('the connection broke');
    };
    await assert.rejects(async () => {
      for await (const _ of unpack(feed, signal));
    }, /the connection broke/);
  });

  it('until its signal is aborted, although nothing arrives', async () => {
    const stop = new AbortController();
    const feed = (_: unknown, closed: AbortSignal) =>
      new Promise<void>((_resolve, reject) => closed.addEventListener('abort', () => reject(new Error('closed'))));
    setImmediate(() => stop.abort());
    await assert.rejects(async () => {
      for await (const _ of unpack(feed, stop.signal));
    }, /stopped/);
  });
});
