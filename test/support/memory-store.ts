import { randomUUID } from 'node:crypto';
import type { Act, LogChunk, MergeRecord, NewMerge, Store } from '../../src/store/store.ts';
import type { Build } from '../../src/terms.ts';

type Verbs =
  | 'takeIn'
  | 'takeAct'
  | 'moveRepository'
  | 'abandon'
  | 'merge'
  | 'build'
  | 'listBuilds'
  | 'readLog'
  | 'recall'
  | 'remember'
  | 'recallOr'
  | 'ping';

/** The few verbs that the front door and the pages need, over maps. What outlives a process is tested on the real store. */
export type MemoryStore = Pick<Store, Verbs> & {
  readonly merges: Map<string, MergeRecord>;
  readonly builds: Map<string, Build>;
  readonly logs: Map<string, LogChunk[]>;
  readonly values: Map<string, string>;
  readonly acts: Act[];
  /** While set, every verb throws it. */
  broken: Error | undefined;
  /** How often each verb was asked. */
  readonly asked: Map<string, number>;
};

export function memoryStore(): MemoryStore {
  const merges = new Map<string, MergeRecord>();
  const builds = new Map<string, Build>();
  const logs = new Map<string, LogChunk[]>();
  const values = new Map<string, string>();
  const asked = new Map<string, number>();
  const verb = (name: Verbs) => {
    asked.set(name, (asked.get(name) ?? 0) + 1);
    if (store.broken !== undefined) throw store.broken;
  };
  const same = (a: NewMerge) => (b: NewMerge) =>
    a.repositoryId === b.repositoryId && a.number === b.number && a.mergeCommit === b.mergeCommit;
  const acts: Act[] = [];
  const store: MemoryStore = {
    acts,
    merges,
    builds,
    logs,
    values,
    asked,
    broken: undefined,
    async takeIn(merge) {
      verb('takeIn');
      const known = [...merges.values()].find(same(merge));
      if (known !== undefined) return { id: known.id, known: true };
      const id = randomUUID();
      merges.set(id, { ...merge, id, receivedAt: new Date() });
      return { id, known: false };
    },
    async merge(id) {
      verb('merge');
      return merges.get(id);
    },
    async build(id) {
      verb('build');
      return builds.get(id);
    },
    async listBuilds({ publicOnly, limit, before }) {
      verb('listBuilds');
      const newest = [...builds.values()].reverse();
      const from = before === undefined ? 0 : newest.findIndex(({ id }) => id === before) + 1;
      return newest
        .slice(from)
        .flatMap((build) => {
          const merge = merges.get(build.mergeId);
          return merge === undefined || (publicOnly && merge.private) ? [] : [{ build, merge }];
        })
        .slice(0, limit);
    },
    async readLog(buildId, afterSeq = -1) {
      verb('readLog');
      return (logs.get(buildId) ?? []).filter(({ seq }) => seq > afterSeq);
    },
    async recall(name) {
      verb('recall');
      return values.get(name);
    },
    async remember(name, value) {
      verb('remember');
      values.set(name, value);
    },
    async recallOr(name, make) {
      verb('recallOr');
      const value = values.get(name) ?? make();
      values.set(name, value);
      return value;
    },
    async takeAct(act) {
      verb('takeAct');
      if (!acts.some(({ deliveryId }) => deliveryId === act.deliveryId)) acts.push(act);
    },
    async moveRepository(repositoryId, { owner, repo }) {
      verb('moveRepository');
      for (const [id, merge] of merges)
        if (merge.repositoryId === repositoryId) merges.set(id, { ...merge, owner, repo });
    },
    async abandon() {
      verb('abandon');
      return 0;
    },
    async ping() {
      verb('ping');
    },
  };
  return store;
}
