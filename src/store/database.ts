/** What a statement takes; JSON is given as text. */
export type Value = string | number | boolean | Date | readonly string[] | null | undefined;

/** Where statements run, one after another. */
export type Session = {
  /** One statement, `$1` for the first value. */
  query<Row extends object>(text: string, values?: readonly Value[]): Promise<readonly Row[]>;
  /** Several statements without values. */
  script(text: string): Promise<void>;
};

/** PostgreSQL, embedded or on a server: all that the store knows of either. */
export type Database = Session & {
  /** Commits what `work` did, or throws and has changed nothing. `work` uses its session alone. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};
