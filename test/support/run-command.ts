import { exitStatus } from '../../src/commands/exit-status.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import type { Environment } from '../../src/environment.ts';

type Context = { readonly environment: Environment; readonly terminal: Terminal; readonly signal: AbortSignal };

export type Ran = { readonly status: number; readonly out: string; readonly err: string };

/** Runs a command of the program in this process, as main does, with no settings but those given. */
export async function runCommand(
  command: (args: readonly string[], context: Context) => Promise<void>,
  args: readonly string[],
  environment: Environment = {},
): Promise<Ran> {
  let [out, err] = ['', ''];
  const terminal: Terminal = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    live: false,
  };
  try {
    await command(args, { environment, terminal, signal: new AbortController().signal });
    return { status: 0, out, err };
  } catch (error) {
    const { status, text } = exitStatus(error);
    return { status, out, err: `${err}${text}\n` };
  }
}
