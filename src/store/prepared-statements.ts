import { messages, type PGlite, protocol, types } from '@electric-sql/pglite';

/** Statements that stay prepared; each holds its plan in memory. */
const mostKept = 128;

/** A statement that changes or reads rows, without another behind it. */
const single = /^\s*(?:with|select|insert|update|delete)\b[^;]*;?\s*$/i;
const transactionControl = /^\s*(?:begin|commit|rollback)\s*;?\s*$/i;

/** PostgreSQL's "feature not supported" and "invalid SQL statement name": what a plan was made for is no longer so. */
const stale = new Set(['0A000', '26000']);

type Statement = {
  readonly name: string;
  /** Object ids of PostgreSQL's types. */
  readonly parameters: readonly number[];
  readonly fields: readonly messages.Field[];
};

export type PreparedStatements = {
  /** One statement, `$1` for the first value. */
  query(text: string, values: readonly unknown[]): Promise<readonly object[]>;
  /** Several statements without values, and the rows of each. */
  script(text: string): Promise<readonly object[][]>;
};

/**
 * Keeps statements prepared. PostgreSQL as WebAssembly takes most of a statement's time to plan it: 1.9 ms, where taking
 * a job from its queue takes 0.1 (PostgreSQL, "Message Flow": extended query).
 *
 * Rejects with PGlite's own errors.
 */
export function preparedStatements(pglite: PGlite): PreparedStatements {
  const { serialize } = protocol;
  const known = new Map<string, Statement>();
  let count = 0;

  const send = (...parts: readonly Uint8Array[]) =>
    pglite.runExclusive(async () => {
      const { messages: answers } = await pglite.execProtocol(Buffer.concat([...parts, serialize.sync()]));
      return answers;
    });

  async function prepare(text: string): Promise<Statement> {
    count += 1;
    const name = `kept_${count}`;
    const answers = await send(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }));
    const parameters = answers.find((one) => one instanceof messages.ParameterDescriptionMessage)?.dataTypeIDs ?? [];
    const fields = answers.find((one) => one instanceof messages.RowDescriptionMessage)?.fields ?? [];
    return { name, parameters, fields };
  }

  async function keep(text: string): Promise<Statement> {
    const statement = known.get(text) ?? (await prepare(text));
    // The one that was used longest ago is the first to go.
    known.delete(text);
    known.set(text, statement);
    const [oldest] = known.entries();
    if (known.size > mostKept && oldest !== undefined) {
      known.delete(oldest[0]);
      await send(serialize.close({ type: 'S', name: oldest[1].name }));
    }
    return statement;
  }

  async function forget(): Promise<void> {
    if (known.size === 0) return;
    known.clear();
    await pglite.exec('deallocate all');
  }

  function toText(value: unknown, type: number | undefined): string | null {
    if (value === null || value === undefined) return null;
    const serializer = type === undefined ? undefined : pglite.serializers[type];
    return serializer === undefined ? String(value) : serializer(value);
  }

  async function query(text: string, values: readonly unknown[]): Promise<readonly object[]> {
    const { name, parameters, fields } = await keep(text);
    const texts = values.map((value, index) => toText(value, parameters[index]));
    try {
      const answers = await send(serialize.bind({ statement: name, values: texts }), serialize.execute({}));
      return answers.flatMap((one) => (one instanceof messages.DataRowMessage ? [toRow(one, fields)] : []));
    } catch (error) {
      if (error instanceof messages.DatabaseError && stale.has(error.code ?? '')) known.delete(text);
      throw error;
    }
  }

  const toRow = (row: messages.DataRowMessage, fields: Statement['fields']): object =>
    Object.fromEntries(
      fields.map(({ name, dataTypeID }, index) => [
        name,
        types.parseType(row.fields[index] ?? null, dataTypeID, pglite.parsers),
      ]),
    );

  return {
    query,
    async script(text) {
      if (single.test(text)) return [[...(await query(text, []))]];
      // Whatever else it does, it may change what plans were made for.
      if (!transactionControl.test(text)) await forget();
      return (await pglite.exec(text)).map(({ rows }) => rows);
    },
  };
}
