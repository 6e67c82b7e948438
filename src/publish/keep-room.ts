import type { Workshop } from '../build/artifact-type.ts';
import { type DiskState, judgeRoom, type Room, readRoom } from '../disk.ts';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Repeated, repeat } from '../repeat.ts';

/** Milliseconds between looks. */
const usualEvery = 30_000;
/** Of DISK_HIGH: room is made down to this, so that it is not made again with the next build. */
const aim = 0.95;
/** Milliseconds after which an engine that cannot be seen is tried again: the measurement may have been wrong. */
const elsewhereFor = 3_600_000;

export type RoomKeeper = Repeated & {
  /** The folder on whose disk less room is left than a build needs; undefined: none. */
  short(): Promise<string | undefined>;
};

export type RoomOptions = {
  readonly dataDir: string;
  readonly workshops: readonly Workshop[];
  /** Share of a disk, 0 to 1, above which room is made. */
  readonly high: number;
  /** Lets go of sources that nobody waits for; when it is pressing, of all that no running build needs. */
  tidySources(pressing: boolean): Promise<void>;
  readonly log: Log;
  /** Milliseconds between looks. */
  readonly every?: number;
  /** For tests. */
  readonly read?: (folder: string) => Promise<Room>;
};

/** `elsewhereUntil`: milliseconds since 1970 up to which its disk is taken to be none that is seen here. */
type Place = { readonly workshop: Workshop; folder?: string | undefined; elsewhereUntil: number };

/**
 * Looks at the disks of DATA_DIR and of the engine, and makes room where one is fuller than DISK_HIGH: sources that nobody
 * waits for, then what only makes later builds quicker. The disk of an engine that cannot be seen is taken to be that of
 * DATA_DIR, as long as what the engine lets go of shows there.
 */
export function keepRoom(options: RoomOptions): RoomKeeper {
  const { dataDir, high, log, every = usualEvery, read = readRoom } = options;
  const places = options.workshops.map((workshop): Place => ({ workshop, elsewhereUntil: 0 }));
  const told = new Map<string, DiskState>();
  const stopped = new AbortController();
  const { signal } = stopped;
  const isOver = async (folder: string, share: number): Promise<boolean> => {
    const { free, total } = await read(folder);
    return free < total * (1 - share);
  };

  /** Says once that a disk stays full, and once that it is no longer. */
  async function tell(folder: string): Promise<void> {
    const room = await read(folder);
    const state = judgeRoom(room, high);
    if (state === (told.get(folder) ?? 'ok')) return;
    told.set(folder, state);
    const about = { folder, freeBytes: room.free, totalBytes: room.total };
    if (state === 'ok') log.info(about, 'the disk has room again');
    else if (state === 'high')
      log.warn(about, 'the disk stays fuller than DISK_HIGH: nothing of Slipway’s is left to go');
    else log.error(about, 'the disk is full: it has less room than a build needs');
  }

  async function shrink(place: Place, folder: string): Promise<void> {
    const isEnough = async (): Promise<boolean> => !(await isOver(folder, high * aim));
    const make = async (enough: () => Promise<boolean>): Promise<number> => {
      const freed = await place.workshop.makeRoom(enough, signal);
      if (freed > 0) {
        log.info({ folder, freedBytes: freed }, 'room was made: the next builds find less in the engine’s cache');
      }
      return freed;
    };
    if (place.folder === undefined && !(await showsHere(folder, make))) {
      place.elsewhereUntil = Date.now() + elsewhereFor;
      const what = 'the engine’s disk seems to be another one, which cannot be seen from here';
      log.info({ folder }, `${what}: its own settings bound its cache`);
      return;
    }
    await make(isEnough);
  }

  /** Whether the first piece that an engine lets go of is free here afterwards. */
  async function showsHere(
    folder: string,
    make: (enough: () => Promise<boolean>) => Promise<number>,
  ): Promise<boolean> {
    const before = await read(folder);
    let turns = 0;
    const freed = await make(async () => {
      turns += 1;
      return turns > 1;
    });
    return freed === 0 || (await read(folder)).free - before.free > freed / 2;
  }

  /** What fails at one place keeps nobody from the others. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'the disks could not be looked after; they are looked at again');
    }
  }

  async function look(): Promise<void> {
    await attempt(async () => {
      if (await isOver(dataDir, high)) await options.tidySources(judgeRoom(await read(dataDir), high) === 'short');
    });
    for (const place of places) {
      await attempt(async () => {
        place.folder = (await place.workshop.folder(signal).catch(nowhere)) ?? place.folder;
        const folder = place.folder ?? dataDir;
        if (Date.now() >= place.elsewhereUntil && (await isOver(folder, high))) await shrink(place, folder);
      });
    }
    for (const folder of folders()) await attempt(() => tell(folder));
  }
  const folders = (): ReadonlySet<string> =>
    new Set([dataDir, ...places.flatMap(({ folder }) => (folder === undefined ? [] : [folder]))]);

  const repeated = repeat(look, every);
  return {
    async short() {
      for (const folder of folders()) {
        const room = await read(folder).catch((error: unknown) => {
          // An engine's folder that is gone says nothing of its disk any more; that of DATA_DIR is ours.
          if (folder === dataDir) throw error;
          return undefined;
        });
        if (room !== undefined && judgeRoom(room, high) === 'short') return folder;
      }
      return undefined;
    },
    async stop() {
      stopped.abort();
      await repeated.stop();
    },
  };
}

/** An engine that does not answer is told of elsewhere; where it keeps its images is known from before, or not. */
function nowhere(error: unknown): undefined {
  if (!(error instanceof SlipwayError)) throw error;
  return undefined;
}
