import { html } from 'hono/html';
import type { Counts, Worker } from '../store/store.ts';
import { buildsList, type ListedBuild } from './builds-list.ts';
import { formatDuration } from './format-duration.ts';
import { formatSize } from './format-size.ts';
import { type Html, page, type Reader } from './page.ts';
import { timeElement } from './time-element.ts';

/** What a worker's disk is told to be, beside its figures. */
const roomWords = { ok: undefined, high: 'low', short: 'too low to build' } as const;

function workerRow({ host, engine, running, concurrency, disk, seenAt }: Worker): Html {
  const share = disk.total === 0 ? 1 : disk.free / disk.total;
  const engineCell =
    engine === undefined
      ? html`<span class="badge bad"><span aria-hidden="true">✗</span> does not answer</span>`
      : html`Docker ${engine}`;
  const words = roomWords[disk.state];
  const low =
    words === undefined ? '' : html` <span class="badge bad"><span aria-hidden="true">!</span> ${words}</span>`;
  return html`<tr><th scope="row">${host}</th><td>${engineCell}</td><td>${running} of ${concurrency}</td><td>${formatSize(disk.free)} (${Math.round(share * 100)} %)${low}</td><td>${timeElement(seenAt)}</td></tr>`;
}

const workersTable = (workers: readonly Worker[]): Html =>
  workers.length === 0
    ? html`<p class="note">No worker has told of itself within the last minute: nothing is built until one does.</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Workers"><table><thead><tr><th scope="col">Machine</th><th scope="col">Engine</th><th scope="col">Builds</th><th scope="col">Free disk</th><th scope="col">Seen</th></tr></thead><tbody>${workers.map(workerRow)}</tbody></table></div>`;

/** What is going on: running builds, the queue, the last failures, the workers. */
export function overviewPage({
  running,
  failed,
  counts,
  workers,
  reader,
  now,
}: {
  readonly running: readonly ListedBuild[];
  readonly failed: readonly ListedBuild[];
  readonly counts: Counts;
  readonly workers: readonly Worker[];
  readonly reader: Reader;
  readonly now: Date;
}): Html {
  const { queued, oldestQueued, waitingMerges } = counts;
  const waits =
    oldestQueued === undefined
      ? ''
      : html` <span class="note">the longest for ${formatDuration(now.getTime() - oldestQueued.getTime())}</span>`;
  return page({
    title: `${counts.running > 0 ? `● ${counts.running} running · ` : ''}Slipway`,
    ...(counts.running > 0 ? { tone: 'busy' as const } : {}),
    refreshSeconds: 10,
    polled: true,
    reader,
    main: html`<div id="live-overview" class="stack"><h1>Overview</h1>
<dl class="facts"><div><dt>Running</dt><dd class="big">${counts.running}</dd></div><div><dt>Queued</dt><dd class="big">${queued}${waits}</dd></div><div><dt>Merges to plan</dt><dd class="big">${waitingMerges}</dd></div></dl>
<section><h2>Running</h2>${running.length > 0 ? buildsList(running) : html`<p class="note">Nothing that you may see is running.</p>`}</section>
<section><h2>Failed last</h2>${failed.length > 0 ? buildsList(failed) : html`<p class="note">Nothing that you may see has failed.</p>`}</section>
<section><h2>Workers</h2>${workersTable(workers)}</section></div>`,
  });
}
