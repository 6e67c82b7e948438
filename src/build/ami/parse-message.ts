/** A line of `packer build -machine-readable`: time, target, type, data (Packer documentation, "Machine-Readable Output"). */
export type PackerMessage = {
  /** Name of the build that it is about; empty where it is about all. */
  readonly target: string;
  readonly type: string;
  readonly data: readonly string[];
};

const unescaped = (text: string): string =>
  text.replaceAll('%!(PACKER_COMMA)', ',').replaceAll('\\r', '\r').replaceAll('\\n', '\n');

/** One line of output; undefined for what is none of Packer's messages. */
export function parseMessage(line: string): PackerMessage | undefined {
  const [time = '', target = '', type, ...data] = line.split(',');
  if (!/^\d{9,11}$/.test(time) || type === undefined) return undefined;
  return { target: unescaped(target), type, data: data.map(unescaped) };
}
