import { execFile } from 'node:child_process';
import type { Environment } from '../../environment.ts';
import { findProgram } from './find-program.ts';

type Told = { readonly ok: boolean; readonly out: string; readonly err: string };

/**
 * Runs a small program of this machine to its end, in English.
 *
 * @param input what it reads
 * @returns undefined where there is no such program
 */
export async function runTool(
  environment: Environment,
  [name, ...args]: readonly [string, ...string[]],
  input = '',
): Promise<Told | undefined> {
  const program = findProgram(name, environment.PATH);
  if (program === undefined) return undefined;
  return await new Promise((resolve) => {
    const child = execFile(program, args, { env: { ...environment, LC_ALL: 'C' } }, (error, out, err) =>
      resolve({ ok: error === null, out: out.trimEnd(), err: err.trim() || (error?.message ?? '') }),
    );
    // One that ends without reading tells why by its status.
    child.stdin?.once('error', () => undefined);
    child.stdin?.end(input);
  });
}
