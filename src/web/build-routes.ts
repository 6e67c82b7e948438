import type { App } from './app.ts';
import { buildPage } from './build-page.ts';
import { findBuild } from './find-build.ts';
import { liveStream } from './live-stream.ts';
import { logGone } from './log-gone.ts';
import { logLines } from './log-lines.ts';
import { readerOf } from './reader-of.ts';
import type { Site } from './site.ts';
import { streamLog } from './stream-log.ts';

const shownLines = 2000;
/**
 * Milliseconds after which a stream ends: its reader comes again, and whether they may is asked anew. With the time for
 * which GitHub's word holds, a right that was taken away is gone after 5 minutes.
 */
const usualStreamMs = 2 * 60_000;
const text = { 'content-type': 'text/plain; charset=utf-8' };

/** A build: its page, its log as text, and both as they happen. */
export function buildRoutes(app: App, site: Site): void {
  const { store, settings, access, sessions, log, live, stopped, streamMs = usualStreamMs } = site;

  app.get('/builds/:id', async (c) => {
    const id = c.req.param('id');
    const found = await findBuild(site, c, id);
    if (found === undefined) return site.notFound(c);
    const { build, merge, key, person } = found;
    const part = c.req.query('part') === 'head';
    const whole = c.req.query('lines') === 'all';
    const chunks = part ? [] : await (whole ? store.readLog(id) : store.tailLog(id, shownLines));
    const steps = build.outcome?.steps ?? (await store.stepsOf(id));
    const now = new Date();
    const offered = person !== undefined && (await access.mayWrite(person, merge));
    return c.html(
      buildPage({
        build,
        merge,
        steps,
        // What changes beside the log is asked for without it: only which steps there are.
        parts: part ? steps.map((step) => ({ step: step.id, lines: [] })) : logLines(chunks),
        lastSeq: chunks.at(-1)?.seq ?? 0,
        place: build.state === 'queued' ? await store.place(id) : undefined,
        registry: settings.registry.address,
        gone: logGone(build, settings.buildKeep, now),
        key,
        offer: offered ? { formKey: sessions.formKey(person) } : undefined,
        reader: await readerOf(site, c),
        now,
      }),
    );
  });

  app.get('/builds/:id/log', async (c) => {
    const id = c.req.param('id');
    const found = await findBuild(site, c, id);
    if (found === undefined) return site.notFound(c);
    const gone = logGone(found.build, settings.buildKeep, new Date());
    if (gone !== undefined && (await store.tailLog(id, 1)).length === 0) return c.body(`${gone}\n`, 410, text);
    const breakOff = () => c.env.outgoing.destroy();
    return c.body(await streamLog(store, id, { log, breakOff }), 200, text);
  });

  app.get('/builds/:id/live', async (c) => {
    const id = c.req.param('id');
    if ((await findBuild(site, c, id)) === undefined) return site.notFound(c);
    // What the browser saw last when it comes again; else what the page was made with.
    const after = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0);
    if (!Number.isSafeInteger(after) || after < 0) return site.notFound(c);
    const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
    // Nobody takes the body of an answer to HEAD, or lets go of it.
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    const over = AbortSignal.any([stopped, AbortSignal.timeout(streamMs)]);
    return c.body(liveStream(live.watch(id), { after, buildId: id, stopped: over, log }), 200, headers);
  });
}
