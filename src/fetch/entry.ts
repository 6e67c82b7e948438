/** One entry of a tree of files, wherever it is kept. */
export type Entry = {
  /** POSIX, relative to the tree's root. */
  readonly path: string;
  /** `other`: a device or a named pipe, which only a folder on disk can hold. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly executable: boolean;
  /** Bytes of a file; 0 for everything else. */
  readonly size: number;
  /** Seconds since the epoch, whole. */
  readonly mtime: number;
  /** Where a link points to, as written in it; empty for everything else. */
  readonly target: string;
  /** Whether following this link would leave the tree. */
  readonly leadsOut: boolean;
};

/** What is found at one path, without following it. */
export type Found = Pick<Entry, 'kind' | 'target'>;

/** Takes a tree entry by entry: `wants`, then, for what is wanted, `begin` and all of its bytes. Called in the tree's order. */
export type Visitor = {
  /** `inside` is for a folder that is not wanted but may hold something that is. */
  wants(entry: Entry): 'yes' | 'no' | 'inside';
  begin(entry: Entry): void;
  data(chunk: Buffer): void;
};

/** A tree of files that can be looked up and walked: what an archive and a folder have in common. */
export type Tree = {
  readonly commit: string | undefined;
  readonly notes: readonly string[];
  /** Without following a link at the path itself; the folders above it must be folders. */
  look(path: string): Promise<Found | undefined>;
  /** Bytes of a regular file, undefined where there is none; stops with an error behind `limit` bytes. */
  bytes(path: string, limit: number): Promise<Buffer | undefined>;
  /** Yields now and then, so that what the visitor collected can be taken from it. Letting go early closes everything. */
  walk(visitor: Visitor, signal: AbortSignal): AsyncIterable<undefined>;
};
