import type { Workshop } from '../build/artifact-type.ts';
import { type DiskState, judgeRoom, type Room, readRoom } from '../disk.ts';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Repeated, repeat } from '../repeat.ts';

/** Milliseconds between looks. */
const usualEvery = 30_000;
/** Of DISK_HIGH: room is made down to this, so that it is not made again with the next build. */
const aim = 0.95;

export type RoomKeeper = Repeated & {
  /** The folder on whose disk less room is left than a build needs; undefined: none. */
  short(): Promise<string | undefined>;
};

export type RoomOptions = {
  readonly dataDir: string;
  readonly workshops: readonly Workshop[];
  /** Share of a disk, 0 to 1, above which room is made. */
  readonly high: number;
  /** Lets go of sources that nobody waits for. */
  tidySources(): Promise<void>;
  readonly log: Log;
  /** Milliseconds between looks. */
  readonly every?: number;
  /** For tests. */
  readonly read?: (folder: string) => Promise<Room>;
};

type Place = { readonly workshop: Workshop; folder?: string | undefined; isElsewhere: boolean };

/**
 * Looks at the disks of DATA_DIR and of the engine, and makes room where one is fuller than DISK_HIGH: sources that nobody
 * waits for, then what only makes later builds quicker. The disk of an engine that cannot be seen is taken to be that of
 * DATA_DIR, as long as what the engine lets go of shows there.
 */
export function keepRoom(options: RoomOptions): RoomKeeper {
  const { dataDir, high, log, every = usualEvery, read = readRoom } = options;
  const places = options.workshops.map((workshop): Place => ({ workshop, isElsewhere: false }));
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
    else log.error(about, 'the disk is full: no build is taken up until there is room');
  }

  async function shrink(place: Place, folder: string): Promise<void> {
    const seen = place.folder !== undefined;
    const before = await read(folder);
    const freed = await place.workshop.makeRoom(async () => !(await isOver(folder, high * aim)), signal);
    if (freed === 0) return;
    log.info({ folder, freedBytes: freed }, 'room was made: the next builds find less in the engine’s cache');
    const gained = (await read(folder)).free - before.free;
    if (seen || gained > freed / 2) return;
    place.isElsewhere = true;
    log.info(
      { folder },
      'the engine’s disk is another one, which cannot be seen from here: its own settings bound its cache',
    );
  }

  async function look(): Promise<void> {
    for (const place of places) place.folder = (await place.workshop.folder(signal).catch(nowhere)) ?? place.folder;
    if (await isOver(dataDir, high)) await options.tidySources();
    for (const place of places) {
      const folder = place.folder ?? dataDir;
      if (!place.isElsewhere && (await isOver(folder, high))) await shrink(place, folder);
    }
    for (const folder of folders()) await tell(folder);
  }
  const folders = (): ReadonlySet<string> =>
    new Set([dataDir, ...places.flatMap(({ folder }) => (folder === undefined ? [] : [folder]))]);

  const repeated = repeat(
    () =>
      look().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, 'the disks could not be looked after; they are looked at again');
      }),
    every,
  );
  return {
    async short() {
      for (const folder of folders()) {
        if (judgeRoom(await read(folder), high) === 'short') return folder;
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
