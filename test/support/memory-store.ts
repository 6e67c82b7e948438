import { randomUUID } from 'node:crypto';
import type { Build, BuildStep } from '../../src/build-terms.ts';
import type { Act, LogChunk, MergeGroup, MergeRecord, NewMerge, Session, Store, Tally } from '../../src/store/store.ts';
import type { PullRequest } from '../../src/terms.ts';

type Verbs =
  | 'takeIn'
  | 'takeAct'
  | 'takePull'
  | 'takeMergeGroup'
  | 'moveRepository'
  | 'abandon'
  | 'merge'
  | 'build'
  | 'listBuilds'
  | 'readLog'
  | 'tailLog'
  | 'stepsOf'
  | 'pulses'
  | 'place'
  | 'places'
  | 'counts'
  | 'tallies'
  | 'workers'
  | 'servicesOf'
  | 'badge'
  | 'installations'
  | 'keepSession'
  | 'session'
  | 'endSession'
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
  readonly steps: Map<string, readonly BuildStep[]>;
  readonly sessions: Map<string, Session>;
  readonly acts: Act[];
  readonly pulls: PullRequest[];
  readonly mergeGroups: MergeGroup[];
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
  const steps = new Map<string, readonly BuildStep[]>();
  const sessions = new Map<string, Session>();
  const asked = new Map<string, number>();
  const verb = (name: Verbs) => {
    asked.set(name, (asked.get(name) ?? 0) + 1);
    if (store.broken !== undefined) throw store.broken;
  };
  const same = (a: NewMerge) => (b: NewMerge) =>
    a.repositoryId === b.repositoryId && a.number === b.number && a.mergeCommit === b.mergeCommit;
  const acts: Act[] = [];
  const pulls: PullRequest[] = [];
  const mergeGroups: MergeGroup[] = [];
  const store: MemoryStore = {
    acts,
    pulls,
    mergeGroups,
    merges,
    builds,
    logs,
    values,
    steps,
    sessions,
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
    async listBuilds({ among, limit, before, owner, repo, service, status }) {
      verb('listBuilds');
      const newest = [...builds.values()].reverse();
      const from = before === undefined ? 0 : newest.findIndex(({ id }) => id === before) + 1;
      return newest
        .slice(from)
        .flatMap((build) => {
          const merge = merges.get(build.mergeId);
          if (merge === undefined || among?.includes(merge.repositoryId) === false) return [];
          const is = status === undefined || status === build.state || status === build.outcome?.verdict;
          const named = [owner ?? merge.owner, repo ?? merge.repo, service ?? build.artifact.service.name];
          const same = [merge.owner, merge.repo, build.artifact.service.name].every((one, at) => one === named[at]);
          return is && same ? [{ build, merge }] : [];
        })
        .slice(0, limit);
    },
    async readLog(buildId, afterSeq = -1, limit) {
      verb('readLog');
      return (logs.get(buildId) ?? []).filter(({ seq }) => seq > afterSeq).slice(0, limit);
    },
    async tailLog(buildId, lines) {
      verb('tailLog');
      const all = logs.get(buildId) ?? [];
      const last = all.at(-1);
      const end = last === undefined ? 0 : last.firstLine + last.text.split('\n').length - 1;
      return all.filter(({ firstLine }) => firstLine >= end - lines);
    },
    async stepsOf(buildId) {
      verb('stepsOf');
      return steps.get(buildId) ?? [];
    },
    async pulses(ids) {
      verb('pulses');
      return ids.flatMap((id) => {
        const build = builds.get(id);
        if (build === undefined) return [];
        const mark = JSON.stringify([build.state, build.timings, steps.get(id)]);
        return [{ id, ended: build.state === 'ended', mark, lastSeq: logs.get(id)?.at(-1)?.seq ?? 0 }];
      });
    },
    async place(id) {
      verb('place');
      return builds.get(id)?.state === 'queued' ? 1 : undefined;
    },
    async places(ids) {
      verb('places');
      return new Map(ids.map((id, index) => [id, index + 1]));
    },
    async counts() {
      verb('counts');
      const of = (state: string) => [...builds.values()].filter((build) => build.state === state).length;
      return { queued: of('queued'), running: of('running'), waitingMerges: 0 };
    },
    async tallies() {
      verb('tallies');
      const tallies = new Map<string, Tally>();
      for (const { state, outcome } of builds.values()) {
        if (state !== 'ended' || outcome === undefined) continue;
        const { verdict, fault } = outcome;
        const count = (tallies.get(`${verdict} ${fault}`)?.count ?? 0) + 1;
        tallies.set(`${verdict} ${fault}`, { verdict, count, ...(fault === undefined ? {} : { fault }) });
      }
      return [...tallies.values()];
    },
    async workers() {
      verb('workers');
      return [];
    },
    async servicesOf(owner, repo) {
      verb('servicesOf');
      const found = [...builds.values()].flatMap((build) => {
        const merge = merges.get(build.mergeId);
        if (merge?.owner.toLowerCase() !== owner.toLowerCase() || merge.repo.toLowerCase() !== repo.toLowerCase()) {
          return [];
        }
        const { installationId, repositoryId } = merge;
        const { name } = build.artifact.service;
        return [{ name, repositoryId, installationId, owner: merge.owner, repo: merge.repo }];
      });
      return [...new Map(found.map((one) => [one.name, one])).values()];
    },
    async badge(repositoryId, service) {
      verb('badge');
      const told = [...builds.values()].flatMap(({ mergeId, artifact, outcome }) => {
        const verdict = outcome?.verdict;
        const its = merges.get(mergeId)?.repositoryId === repositoryId && artifact.service.name === service;
        return its && (verdict === 'published' || verdict === 'failed') ? [{ verdict, version: artifact.version }] : [];
      });
      const good = told.findLast(({ verdict }) => verdict === 'published')?.version;
      const last = told.at(-1);
      return { ...(last === undefined ? {} : { last }), ...(good === undefined ? {} : { good }) };
    },
    async installations() {
      verb('installations');
      const all = [...merges.values()];
      return [...new Set(all.map(({ installationId }) => installationId))].map((id) => {
        const its = all.filter(({ installationId }) => installationId === id);
        return { id, repositories: new Set(its.map(({ repositoryId }) => repositoryId)).size };
      });
    },
    async keepSession(session) {
      verb('keepSession');
      sessions.set(session.idSha256, { ...session, createdAt: new Date() });
    },
    async session(id) {
      verb('session');
      const found = sessions.get(id);
      return found !== undefined && found.expiresAt > new Date() ? found : undefined;
    },
    async endSession(id, afterSeconds) {
      verb('endSession');
      const found = sessions.get(id);
      if (found !== undefined) sessions.set(id, { ...found, expiresAt: new Date(Date.now() + afterSeconds * 1000) });
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
    async takePull(pull) {
      verb('takePull');
      pulls.push(pull);
    },
    async takeMergeGroup(group) {
      verb('takeMergeGroup');
      mergeGroups.push(group);
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
