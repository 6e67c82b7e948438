import type { Readable } from 'node:stream';

/** What a container runs, and what it may use. */
export type ContainerPlan = {
  readonly name: string;
  readonly image: string;
  /** Program and arguments; the image's own entry point is not used. */
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of a volume that is mounted at `/source` and cannot be written to. */
  readonly source: string;
  /** Bytes. */
  readonly memory: number;
  readonly processes: number;
  /** It has no network: it reaches nothing but itself. */
  readonly isolated?: boolean;
};

/** How a container's program ended. */
export type ContainerEnd = { readonly status: number; readonly outOfMemory: boolean };

/** A container on the engine. Every promise rejects with a `SlipwayError`. */
export type Container = {
  readonly id: string;
  /** What its program was given, by an earlier worker where that made it. */
  readonly environment: Readonly<Record<string, string>>;
  /** False where a worker died between making and starting it. */
  readonly started: boolean;
  start(): Promise<void>;
  /** Hands on what it has said and says, from its first byte to its last, and tells how it ended; `signal` ends the reading. */
  follow(signal: AbortSignal, take: (piece: Buffer) => void): Promise<ContainerEnd>;
  /** Sends a signal to all of its processes; nothing happens where it has ended. */
  signal(name: 'SIGINT' | 'SIGKILL'): Promise<void>;
  /** A small file; undefined where there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /** With what it has written. Nothing happens where it is gone. */
  remove(): Promise<void>;
};

/** Containers and volumes of an engine, as far as Slipway runs any beside builds. */
export type Containers = {
  /** Sees to it that the engine has an image. `signal` ends the wait. */
  ensureImage(image: string, signal: AbortSignal): Promise<void>;
  /** A volume with the files of a tar (which is not opened before it is needed). An older one of that name is replaced. */
  fillVolume(options: {
    readonly name: string;
    readonly image: string;
    readonly labels: Readonly<Record<string, string>>;
    tar(): Readable;
  }): Promise<void>;
  /** With what a broken `fillVolume` left of it. Nothing happens where it is gone. */
  removeVolume(name: string): Promise<void>;
  create(plan: ContainerPlan): Promise<Container>;
  find(name: string): Promise<Container | undefined>;
  /** The values that a label has on containers and volumes. */
  labelled(label: string): Promise<readonly string[]>;
};
