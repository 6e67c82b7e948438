import type { TestEvent } from 'node:test/reporters';

/** A reporter of node:test that says how a whole run ended, in one line. */
export default async function* closingLine(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    // Each file has a summary too; the whole run's names none.
    if (event.type !== 'test:summary' || event.data.file !== undefined) continue;
    const { passed, failed, cancelled, skipped, todo } = event.data.counts as Record<string, number>;
    yield `${passed} passed, ${(failed ?? 0) + (cancelled ?? 0)} failed, ${(skipped ?? 0) + (todo ?? 0)} skipped\n`;
  }
}
