import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Build } from '../../src/build-terms.ts';
import { createMetrics } from '../../src/metrics.ts';
import type { MergeRecord } from '../../src/store/store.ts';
import type { Merge } from '../../src/terms.ts';
import { createWeb } from '../../src/web/create-web.ts';
import type { WebOptions } from '../../src/web/web-options.ts';
import { type LogLine, memoryLog } from './memory-log.ts';
import { type MemoryStore, memoryStore } from './memory-store.ts';
import { sampleEndedBuild, sampleMerge } from './sample-merge.ts';

export const testLinkKey = 'the link key of the tests';

export type Pages = {
  readonly url: string;
  readonly store: MemoryStore;
  readonly lines: readonly LogLine[];
  get(path: string, init?: RequestInit): Promise<Response>;
  /** A build of a merge, as the store would have them. */
  add(build?: Partial<Build>, merge?: Partial<Merge>): { build: Build; merge: MergeRecord };
  /** Chunks of a build's log. */
  print(buildId: string, ...texts: (string | { readonly text: string; readonly stepId: string })[]): void;
};

/** The real pages on a free port, over the few verbs in memory; closed with the test. */
export async function openPages(
  t: Pick<TestContext, 'after'>,
  given: Partial<Omit<WebOptions, 'store' | 'settings'>> & {
    visibility?: 'repository' | 'private';
    metricsToken?: string;
  } = {},
): Promise<Pages> {
  const store = memoryStore();
  const { log, lines } = memoryLog();
  const { visibility = 'repository', metricsToken, ...rest } = given;
  const stop = new AbortController();
  const isOpen = (id: number) => [...store.merges.values()].some((one) => one.repositoryId === id && !one.private);
  const web = createWeb({
    store,
    checks: {},
    settings: {
      visibility,
      metricsToken,
      buildKeep: 180 * 86_400_000,
      registry: { address: 'registry.test:5000/team' },
    },
    linkKey: testLinkKey,
    cookieKey: 'the cookie key of the tests',
    log,
    metrics: createMetrics(),
    ask: {
      publicOf: async () => new Set([...store.merges.values()].map((one) => one.repositoryId).filter(isOpen)),
      readableOf: async () => new Set(),
      mayWrite: async () => false,
    },
    actions: { cancel: async () => 'unknown', rebuild: async () => ({ refused: 'No.' }) },
    publicUrl: () => url,
    stopped: stop.signal,
    accessKeepMs: 0,
    ...rest,
  });
  let url = '';
  const server = createServer(web).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    stop.abort();
    server.close();
    server.closeAllConnections();
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    store,
    lines,
    get: (path, init) => fetch(url + path, { redirect: 'manual', ...init }),
    add(givenBuild = {}, givenMerge = {}) {
      const count = store.builds.size + 1;
      const createdAt = givenBuild.createdAt ?? new Date('2026-03-02T10:00:00Z');
      const merge = {
        ...sampleMerge({
          id: `merge-${count}`,
          repositoryId: givenMerge.private ? 43 : 42,
          ...givenMerge,
        }),
        receivedAt: new Date(createdAt.getTime() - 800),
      };
      const build = sampleEndedBuild({}, { id: `build-${count}`, mergeId: merge.id, ...givenBuild });
      store.merges.set(merge.id, merge);
      store.builds.set(build.id, build);
      return { build, merge };
    },
    print(buildId, ...texts) {
      const chunks = store.logs.get(buildId) ?? [];
      store.logs.set(buildId, chunks);
      for (const one of texts) {
        const { text, ...step } = typeof one === 'string' ? { text: one } : one;
        const before = chunks.map((chunk) => chunk.text).join('');
        chunks.push({ seq: chunks.length + 1, at: new Date(), text, firstLine: before.split('\n').length, ...step });
      }
    },
  };
}
