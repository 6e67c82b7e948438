import { readFileSync } from 'node:fs';

/** Process id of a process's parent; undefined where there is no /proc. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/**
 * Calls back when npm, which started us through a shell, is gone: nobody waits for us any more, and no signal says so.
 *
 * @returns ends the watch
 */
export function whenAbandoned(callback: () => void): () => void {
  // Started by hand, even in the background of a shell that ends, a command goes on.
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  const watch = setInterval(() => {
    if (process.ppid !== parent || parentOf(parent) !== grandparent) callback();
  }, 250);
  watch.unref();
  return () => clearInterval(watch);
}
