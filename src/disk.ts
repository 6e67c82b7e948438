import { statfs } from 'node:fs/promises';

/** A file system in bytes, as df counts: `free` is what is left for others than root, `total` that and what is used. */
export type Room = { readonly free: number; readonly total: number };

/** `high`: fuller than DISK_HIGH. `short`: no build may be taken up. */
export type DiskState = 'ok' | 'high' | 'short';

/** Of what DISK_HIGH leaves, the last third is for builds that run already and for the store. */
const reserve = 1 / 3;
/** Bytes: the larger a disk is, the smaller is the share that a build needs. */
const mostReserved = 5 * 2 ** 30;

/** The file system that a folder is on. */
export async function readRoom(folder: string): Promise<Room> {
  const { bavail, bfree, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, total: (blocks - bfree + bavail) * bsize };
}

/** Bytes below which no build is taken up. @param high share of a disk, 0 to 1 */
const leastRoom = ({ total }: Room, high: number): number => Math.min(mostReserved, total * (1 - high) * reserve);

/** @param high share of a disk, 0 to 1 */
export function judgeRoom(room: Room, high: number): DiskState {
  if (room.free < leastRoom(room, high)) return 'short';
  return room.free < room.total * (1 - high) ? 'high' : 'ok';
}
