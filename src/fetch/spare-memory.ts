import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of buffers that pass by between two collections. */
const step = 2 ** 22;

/**
 * Told how many bytes of buffers pass by, it keeps those that are done with from piling up: V8 would let more than
 * 64 MiB of them wait, however little is in use. Collecting the young ones takes about a millisecond.
 */
export function spareMemory(): (bytes: number) => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
  if (typeof collect !== 'function') return () => undefined;
  let passed = 0;
  return (bytes) => {
    passed += bytes;
    if (passed < step) return;
    passed = 0;
    collect({ type: 'minor' });
  };
}
