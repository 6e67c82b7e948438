import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of buffers that pass by between two collections. */
const step = 2 ** 22;

type Collector = (options: { readonly type: 'minor' }) => void;

let collector: Collector | undefined;

/** V8's own, which costs a context: made once. */
function collect(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    const exposed: Collector | undefined = runInNewContext('typeof gc === "function" ? gc : undefined');
    collector = exposed ?? (() => undefined);
  }
  collector({ type: 'minor' });
}

/**
 * Told how many bytes of buffers pass by, it keeps those that are done with from piling up: V8 would let more than
 * 64 MiB of them wait, however little is in use. Collecting the young ones takes about a millisecond.
 */
export function spareMemory(): (bytes: number) => void {
  let passed = 0;
  return (bytes) => {
    passed += bytes;
    if (passed < step) return;
    passed = 0;
    collect();
  };
}
