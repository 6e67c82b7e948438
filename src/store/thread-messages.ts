/** What the thread of the embedded database is started with. */
export type ThreadData = {
  /** The database's folder, `pgdata`. */
  readonly folder: string;
  /** The module whose `makeFileSystem` makes PGlite's file system on it. */
  readonly fileSystem: string;
};

/** One request to the thread. Statements with values are one; a script may hold several. */
export type ThreadRequest = { readonly id: number } & (
  | {
      readonly kind: 'query';
      readonly text: string;
      readonly values: readonly unknown[];
      /** Whether a transaction begins with it. */
      readonly begins: boolean;
    }
  | { readonly kind: 'script'; readonly text: string }
  | { readonly kind: 'close' }
);

/** The rows of each statement, or what went wrong. */
export type ThreadAnswer = {
  readonly id: number;
  /** How often something has been brought to the disk since the start. */
  readonly synced: number;
} & ({ readonly results: readonly object[][] } | { readonly error: ThreadError });

/** An error as it crosses threads, which lose what is not a plain value: PostgreSQL's own fields among it. */
export type ThreadError = { readonly message: string; readonly stack?: string; readonly fields: object };
