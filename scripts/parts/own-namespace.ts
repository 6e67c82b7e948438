import { type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const setpriv = '/usr/bin/setpriv';
const dieWithParent = [setpriv, '--pdeathsig', 'KILL'];
const namespace = [
  ...['unshare', '--fork', '--kill-child', '--pid', '--mount-proc', '--mount', '--propagation', 'slave'],
  // The first process of a namespace has to take in orphans, which neither Node.js nor dockerd does.
  ...['tini', '--'],
];

/** The command, changed so that the kernel ends its process when ours ends in whatever way (Linux). */
export function boundToParent(command: readonly string[]): string[] {
  return existsSync(setpriv) ? [...dieWithParent, ...command] : [...command];
}

/**
 * The command, changed to run in process and mount namespaces of its own where the kernel lets us: when it ends, or we
 * do, in whatever way, the kernel ends every process that came of it and takes its mounts back.
 */
export function inOwnNamespace(command: readonly string[]): string[] {
  const bound = boundToParent(namespace);
  const [file = '', ...args] = [...bound, 'true'];
  return spawnSync(file, args).status === 0 ? [...bound, ...command] : boundToParent(command);
}

/** Ends what was started by `inOwnNamespace` or `boundToParent`: at once, or asking its command to end. */
export function endNamespace(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  // The namespace's first process is the child of `unshare`, which reaps it. Without a namespace it is the child.
  const [first] = childrenOf(child.pid);
  if (nameOf(child.pid) === 'unshare' && first !== undefined) process.kill(first, signal);
  else child.kill(signal);
}

function nameOf(pid: number): string | undefined {
  return readProc(`/proc/${pid}/comm`)?.trim();
}

function childrenOf(pid: number): number[] {
  return (readProc(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Gone in the meantime, or no Linux.
    return undefined;
  }
}
