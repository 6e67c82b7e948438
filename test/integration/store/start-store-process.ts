import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from '../../support/until.ts';

export type StoreProcess = {
  /** Ids that it said behind a word: `merge`, `build`, `holds`. */
  said(word: string): string[];
  untilSaid(line: string): Promise<unknown>;
  /** Stops it where it is: `SIGSTOP`. */
  freeze(): void;
  /** `kill -9`. */
  kill(): Promise<void>;
};

/** Another process with a store on this database or in this folder. */
export async function startStoreProcess(databaseUrl: string, dataDir: string, merges: number): Promise<StoreProcess> {
  const program = path.join(import.meta.dirname, 'store-process.ts');
  const child: ChildProcess = spawn(process.execPath, [program, databaseUrl, dataDir, String(merges)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  // What stands behind the last line end was cut off by the kill.
  const lines = () => text.split('\n').slice(0, -1);
  const untilSaid = (line: string) =>
    until(`the other process says "${line}"`, () => {
      if (child.exitCode !== null) throw new Error(`the other process ended with ${child.exitCode}`);
      return lines().some((said) => said.startsWith(line));
    });
  await untilSaid('open');
  return {
    said: (word) => lines().flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : [])),
    untilSaid,
    freeze: () => void child.kill('SIGSTOP'),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
