import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { createMetrics } from '../../../src/metrics.ts';
import { sampleBuild, sampleOutcome } from '../../support/sample-merge.ts';
import { openPages } from '../../support/web-pages.ts';

const lineOf = (text: string, name: string) =>
  new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1];

test('the metrics tell verdicts, the queue, the parts and the process', async (t) => {
  const { get, add } = await openPages(t, {
    checks: { engine: async () => 'fine', registry: () => Promise.reject(new Error('away')) },
  });
  add();
  add();
  add({ outcome: sampleOutcome({ verdict: 'failed', fault: 'ours' }) });
  add(sampleBuild({ id: 'waits', state: 'queued' }));
  const response = await get('/metrics');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  assert.equal(lineOf(text, 'slipway_builds_total{verdict="published",fault=""}'), '2');
  assert.equal(lineOf(text, 'slipway_builds_total{verdict="failed",fault="ours"}'), '1');
  assert.equal(lineOf(text, 'slipway_queue_builds{state="queued"}'), '1');
  assert.equal(lineOf(text, 'slipway_engine_up'), '1');
  assert.equal(lineOf(text, 'slipway_registry_up'), '0');
  assert.equal(lineOf(text, 'slipway_store_up'), '1');
  assert.equal(lineOf(text, 'slipway_workers'), '0');
  assert.ok(Number(lineOf(text, 'process_resident_memory_bytes')) > 1e6);
});

test('asked again, a counter says what is true then, and not more', async (t) => {
  const { get, add } = await openPages(t);
  add();
  const count = async () =>
    lineOf(await (await get('/metrics')).text(), 'slipway_builds_total{verdict="published",fault=""}');
  assert.deepEqual([await count(), await count()], ['1', '1']);
  add();
  assert.equal(await count(), '2');
});

test('a store that is away shows, and the rest is told nevertheless', async (t) => {
  const { get, store, add } = await openPages(t, {
    checks: { engine: async () => 1 },
    probes: { timeoutMs: 100, keepMs: 0 },
  });
  add();
  await get('/metrics');
  store.broken = new Error('gone');
  const response = await get('/metrics');
  assert.equal(response.status, 200);
  const text = await response.text();
  assert.equal(lineOf(text, 'slipway_store_up'), '0');
  assert.equal(lineOf(text, 'slipway_engine_up'), '1');
  assert.doesNotMatch(text, /^slipway_(queue_builds|builds_total|workers|merges_waiting|queue_oldest_seconds)[ {]/m);
});

test('what this process has counted is there: deliveries, phases, requests', async (t) => {
  const metrics = createMetrics();
  const { get } = await openPages(t, { metrics });
  metrics.delivered('pull_request', 'taken');
  metrics.delivered('made-up-by-a-stranger', 'refused');
  metrics.delivered(undefined, 'refused');
  metrics.spent('build', 42_000);
  const text = await (await get('/metrics')).text();
  assert.equal(lineOf(text, 'slipway_deliveries_total{event="pull_request",result="taken"}'), '1');
  assert.equal(lineOf(text, 'slipway_deliveries_total{event="other",result="refused"}'), '2');
  assert.equal(lineOf(text, 'slipway_phase_seconds_bucket{le="30",phase="build"}'), '0');
  assert.equal(lineOf(text, 'slipway_phase_seconds_bucket{le="60",phase="build"}'), '1');
  assert.equal(lineOf(text, 'slipway_phase_seconds_sum{phase="build"}'), '42');
});

test('deliveries of every event that the App asks for are told apart', async (t) => {
  const metrics = createMetrics();
  const { get } = await openPages(t, { metrics });
  const template = await readFile(path.join(import.meta.dirname, '../../../app.yml'), 'utf8');
  const { default_events: events } = parse(template) as { default_events: readonly string[] };
  assert.ok(events.length > 3);
  for (const event of events) metrics.delivered(event, 'taken');
  const text = await (await get('/metrics')).text();
  for (const event of events)
    assert.equal(lineOf(text, `slipway_deliveries_total{event="${event}",result="taken"}`), '1', event);
});

test('with METRICS_TOKEN the metrics are told to its bearer alone', async (t) => {
  const { get } = await openPages(t, { metricsToken: 'hush' });
  for (const authorization of [undefined, 'Bearer', 'Bearer wrong', 'Basic aHVzaA==', 'Bearer hush hush']) {
    const response = await get('/metrics', authorization === undefined ? {} : { headers: { authorization } });
    assert.equal(response.status, 401, authorization);
    assert.equal(response.headers.get('www-authenticate'), 'Bearer');
    assert.doesNotMatch(await response.text(), /slipway_/);
  }
  assert.equal((await get('/metrics', { headers: { authorization: 'Bearer hush' } })).status, 200);
});
