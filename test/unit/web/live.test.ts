import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPages, type Pages } from '../../support/web-pages.ts';

type Event = { readonly id?: string | undefined; readonly event: string; readonly data: string };

/** Reads events (HTML Living Standard, "Server-sent events") until one of that name, or the end. */
async function eventsUntil(response: Response, last: string): Promise<Event[]> {
  const events: Event[] = [];
  let text = '';
  const reader = (response.body ?? assert.fail('no body')).pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    text += value ?? '';
    for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, at)
          .split('\n')
          .map((line) => line.split(/: ?(.*)/s, 2)),
      );
      text = text.slice(at + 2);
      if (fields.event === undefined) continue;
      events.push({ id: fields.id, event: fields.event, data: fields.data ?? '' });
      if (fields.event === last) {
        await reader.cancel();
        return events;
      }
    }
    if (done) return events;
  }
}

const linesOf = (events: readonly Event[]): unknown[] =>
  events
    .filter(({ event }) => event === 'log')
    .flatMap(({ data }) => (JSON.parse(data) as { lines: unknown[] }[]).flatMap(({ lines }) => lines));

function running(pages: Pages): string {
  const { build } = pages.add({ state: 'running' });
  const { outcome: _outcome, endedAt: _ended, ...rest } = build;
  pages.store.builds.set(build.id, rest);
  return build.id;
}

function end(pages: Pages, id: string): void {
  const build = pages.store.builds.get(id) ?? assert.fail('no build');
  pages.store.builds.set(id, { ...build, state: 'ended', endedAt: new Date() });
}

test('a running build is told as it happens: lines, changes, and its end', async (t) => {
  const pages = await openPages(t);
  const id = running(pages);
  pages.print(id, 'one\n');
  const response = await pages.get(`/builds/${id}/live`);
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const reading = eventsUntil(response, 'end');
  pages.print(id, 'two\n', 'three <script>\n');
  end(pages, id);
  const events = await reading;
  assert.deepEqual(linesOf(events), [
    [1, ['one']],
    [2, ['two']],
    [3, ['three <script>']],
  ]);
  assert.ok(events.some(({ event }) => event === 'state'));
  assert.equal(events.at(-1)?.event, 'end');
});

test('whoever comes again with Last-Event-ID gets what they have not seen, and nothing twice', async (t) => {
  const pages = await openPages(t);
  const id = running(pages);
  pages.print(id, 'one\n', 'two\n');
  const first = await eventsUntil(await pages.get(`/builds/${id}/live`), 'log');
  const seen = first.at(-1)?.id ?? '';
  assert.equal(seen, '2');
  pages.print(id, 'three\n');
  end(pages, id);
  // The browser asks for the address of before, in which an older place may stand.
  const again = await pages.get(`/builds/${id}/live?after=0`, { headers: { 'last-event-id': seen } });
  assert.deepEqual(linesOf(await eventsUntil(again, 'end')), [[3, ['three']]]);
});

test('a page goes on behind what it was made with', async (t) => {
  const pages = await openPages(t);
  const id = running(pages);
  pages.print(id, 'one\n', 'two\n');
  const html = await (await pages.get(`/builds/${id}`)).text();
  const live = /data-live="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  pages.print(id, 'three\n');
  end(pages, id);
  assert.deepEqual(linesOf(await eventsUntil(await pages.get(live), 'end')), [[3, ['three']]]);
});

test('however many look, the store is asked once for all of them', async (t) => {
  const pages = await openPages(t);
  const id = running(pages);
  pages.print(id, 'one\n');
  const readers = await Promise.all(Array.from({ length: 40 }, () => pages.get(`/builds/${id}/live`)));
  const reading = Promise.all(readers.map((response) => eventsUntil(response, 'end')));
  await t.waitFor(() => assert.ok((pages.store.asked.get('pulses') ?? 0) >= 2), { timeout: 5000 });
  const before = pages.store.asked.get('readLog') ?? 0;
  assert.ok(before <= 3, `the log was read ${before} times`);
  end(pages, id);
  for (const events of await reading) assert.deepEqual(linesOf(events), [[1, ['one']]]);
});

test('a stream ends with the server, so that its reader comes again', async (t) => {
  const stopped = new AbortController();
  const pages = await openPages(t, { stopped: stopped.signal });
  const id = running(pages);
  const reading = pages.get(`/builds/${id}/live`).then((response) => eventsUntil(response, 'end'));
  await t.waitFor(() => assert.ok((pages.store.asked.get('pulses') ?? 0) >= 1), { timeout: 5000 });
  stopped.abort();
  const events = await reading;
  assert.notEqual(events.at(-1)?.event, 'end', 'the build has not ended');
});

for (const [what, path, headers] of [
  ['a build that is not for them', '/builds/build-2/live', {}],
  ['no build', '/builds/none/live', {}],
  ['no place', '/builds/build-1/live?after=-1', {}],
  ['no place', '/builds/build-1/live', { 'last-event-id': 'x' }],
] as const) {
  test(`there is nothing to follow of ${what}: ${path} ${JSON.stringify(headers)}`, async (t) => {
    const pages = await openPages(t);
    running(pages);
    pages.add({}, { private: true });
    assert.equal((await pages.get(path, { headers })).status, 404);
  });
}

test('nobody looks at a build of which only the head of the answer was asked for', async (t) => {
  const pages = await openPages(t);
  const id = running(pages);
  const response = await pages.get(`/builds/${id}/live`, { method: 'HEAD' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  // Whoever looks at another build afterwards is told of it, and the store is asked about that one alone.
  const other = running(pages);
  pages.store.pulses = async (ids) => {
    asked.push(...ids);
    return [];
  };
  const asked: string[] = [];
  const { body } = await pages.get(`/builds/${other}/live`);
  await t.waitFor(() => assert.ok(asked.includes(other)), { timeout: 5000 });
  await body?.cancel();
  assert.deepEqual([...new Set(asked)], [other]);
});

test('a stream ends when the right to it has to be asked for again, and its reader comes again', async (t) => {
  const pages = await openPages(t, { streamMs: 50 });
  const id = running(pages);
  pages.print(id, 'one\n');
  const events = await eventsUntil(await pages.get(`/builds/${id}/live`), 'end');
  assert.deepEqual(linesOf(events), [[1, ['one']]]);
  assert.notEqual(events.at(-1)?.event, 'end', 'the build has not ended');
});
