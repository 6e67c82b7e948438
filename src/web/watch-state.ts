import { Counter, Gauge, type Registry } from 'prom-client';
import type { Store } from '../store/store.ts';
import type { Health } from './health.ts';

/** Takes figures out: a metric with labels loses its series, one without its only one. */
function forget(labelled: readonly { reset(): void }[], plain: readonly { remove(): void }[] = []): void {
  for (const one of labelled) one.reset();
  for (const one of plain) one.remove();
}

type Part = { readonly name: string; readonly ask: Health };

/**
 * Adds to the metrics what the store and the parts tell at the moment of the question: the same, whichever process is
 * asked. What cannot be told is left out, and the rest told nevertheless.
 *
 * @param parts the store among them
 * @returns asks them all; to be called before the metrics are written
 */
export function watchState(
  registry: Registry,
  { store, parts }: { readonly store: Pick<Store, 'counts' | 'tallies' | 'workers'>; readonly parts: readonly Part[] },
): () => Promise<void> {
  const registers = [registry];
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers });
  const builds = gauge('slipway_queue_builds', 'Builds that have not ended, by state.', 'state');
  const oldest = gauge('slipway_queue_oldest_seconds', 'For how long the build has waited that waits longest.');
  const merges = gauge('slipway_merges_waiting', 'Merges that wait for their plan.');
  const workers = gauge('slipway_workers', 'Workers that told of themselves within the last minute.');
  const slots = gauge('slipway_worker_slots', 'Builds that all workers together can run at once.');
  const free = gauge('slipway_worker_disk_free_bytes', 'Free bytes of the disk of DATA_DIR, by machine.', 'host');
  const ended = new Counter({
    name: 'slipway_builds_total',
    help: 'Builds that have ended, by verdict, and by fault where they failed.',
    labelNames: ['verdict', 'fault'],
    registers,
  });
  const ups = parts.map(({ name, ask }) => {
    return { ask, up: gauge(`slipway_${name}_up`, `1 while the ${name} is well, as this process sees it; else 0.`) };
  });

  async function tellQueue(): Promise<void> {
    const { queued, running, waitingMerges, oldestQueued } = await store.counts();
    builds.set({ state: 'queued' }, queued);
    builds.set({ state: 'running' }, running);
    merges.set(waitingMerges);
    oldest.set(oldestQueued === undefined ? 0 : Math.max(0, Date.now() - oldestQueued.getTime()) / 1000);
  }
  async function tellWorkers(): Promise<void> {
    const all = await store.workers();
    free.reset();
    for (const { host, disk } of all) free.set({ host }, disk.free);
    workers.set(all.length);
    slots.set(all.reduce((sum, { concurrency }) => sum + concurrency, 0));
  }
  async function tellVerdicts(): Promise<void> {
    const tallies = await store.tallies();
    ended.reset();
    for (const { verdict, fault = '', count } of tallies) ended.inc({ verdict, fault }, count);
  }
  return async () => {
    // A store that does not answer shows as `slipway_store_up 0`; its last figures would be a lie.
    await Promise.all([
      tellQueue().catch(() => forget([builds], [oldest, merges])),
      tellWorkers().catch(() => forget([free], [workers, slots])),
      tellVerdicts().catch(() => forget([ended])),
      ...ups.map(async ({ ask, up }) => up.set((await ask()) === 'ok' ? 1 : 0)),
    ]);
  };
}
