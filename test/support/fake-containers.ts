import { Readable } from 'node:stream';
import type { Container, ContainerEnd, ContainerPlan, Containers } from '../../src/build/docker/containers.ts';

/** What a container's program does: what it says comes piece by piece; the manifest is what it leaves in its file. */
export type Program = (run: {
  readonly plan: ContainerPlan;
  /** Resolves at SIGINT. */
  readonly interrupted: Promise<void>;
}) => AsyncGenerator<string, { readonly status: number; readonly manifest?: string }>;

type Entry = {
  readonly plan: ContainerPlan;
  started: boolean;
  said: string;
  end: (ContainerEnd & { manifest?: string | undefined }) | undefined;
  signals: string[];
  interrupt(): void;
  /** Wakes readers. */
  wake: Set<() => void>;
};

/** An engine's containers in memory, for programs that the test writes: Packer without Packer. */
export type FakeContainers = Containers & {
  readonly all: ReadonlyMap<string, { readonly plan: ContainerPlan; readonly signals: readonly string[] }>;
  readonly volumes: ReadonlySet<string>;
};

export function fakeContainers(program: Program): FakeContainers {
  const all = new Map<string, Entry>();
  const volumes = new Set<string>();

  function finish(entry: Entry, end: NonNullable<Entry['end']>): void {
    entry.end ??= end;
    for (const wake of entry.wake) wake();
  }

  async function run(entry: Entry, interrupted: Promise<void>): Promise<void> {
    const steps = program({ plan: entry.plan, interrupted });
    for (;;) {
      const { value, done } = await steps.next();
      if (entry.end !== undefined) return;
      if (done) return finish(entry, { outOfMemory: false, ...value });
      entry.said += value;
      for (const wake of entry.wake) wake();
    }
  }

  function open(entry: Entry): Container {
    return {
      id: entry.plan.name,
      environment: entry.plan.environment,
      started: entry.started,
      async start() {
        entry.started = true;
        const { promise, resolve } = Promise.withResolvers<void>();
        entry.interrupt = resolve;
        void run(entry, promise);
      },
      async follow(signal, take) {
        for (let read = 0; ; ) {
          signal.throwIfAborted();
          if (read < entry.said.length) {
            const piece = entry.said.slice(read);
            read = entry.said.length;
            take(Buffer.from(piece));
          } else if (entry.end !== undefined) {
            return { status: entry.end.status, outOfMemory: entry.end.outOfMemory };
          } else {
            await new Promise<void>((wake) => {
              entry.wake.add(wake);
              signal.addEventListener('abort', () => wake(), { once: true });
            });
          }
        }
      },
      async signal(name) {
        entry.signals.push(name);
        if (name === 'SIGINT') entry.interrupt();
        else finish(entry, { status: 137, outOfMemory: false });
      },
      read: async () => (entry.end?.manifest === undefined ? undefined : Buffer.from(entry.end.manifest)),
      async remove() {
        finish(entry, { status: 137, outOfMemory: false });
        all.delete(entry.plan.name);
      },
    };
  }

  return {
    all,
    volumes,
    ensureImage: async () => undefined,
    async fillVolume({ name, tar }) {
      await Readable.from(tar()).toArray();
      volumes.add(name);
    },
    removeVolume: async (name) => void volumes.delete(name),
    async create(plan) {
      const entry: Entry = {
        plan,
        started: false,
        said: '',
        end: undefined,
        signals: [],
        interrupt: () => undefined,
        wake: new Set(),
      };
      all.set(plan.name, entry);
      return open(entry);
    },
    async find(name) {
      const entry = all.get(name);
      return entry && open(entry);
    },
    labelled: async (label) => [...all.values()].flatMap(({ plan }) => plan.labels[label] ?? []),
  };
}
