/** A file, folder or symbolic link of a build context. Owner and group are 0 and have no names. */
export type ContextEntry = {
  /** POSIX, relative to the context's folder, without a trailing slash. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Permissions: 0o644, 0o755, 0o777. */
  readonly mode: number;
  /** Bytes; 0 but for files. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Where a link points to; empty for everything else. */
  readonly target: string;
};

/** An entry with its content, which is empty but for files. */
export type HeldEntry = Omit<ContextEntry, 'size'> & { readonly content: Buffer };

/** A build context that is held in memory. Folders come before what they hold, names in the order of their bytes. */
export type HeldContext = {
  /** What the build sees. */
  readonly entries: readonly HeldEntry[];
  /** Dockerfile, ignore file, links on the way to them, and the folders above them. */
  readonly definition: readonly HeldEntry[];
};
