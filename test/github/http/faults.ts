import type { ServerResponse } from 'node:http';
import type { Fault, State } from '../state.ts';

/** The fault that a request meets, if any; counts it. */
export function takeFault(state: State, method: string, path: string): Fault | undefined {
  const matching = state.faults.filter(
    ({ fault, left }) =>
      left > 0 &&
      fault.path.test(path) &&
      (fault.method === undefined || fault.method.toUpperCase() === method.toUpperCase()),
  );
  for (const one of matching) {
    if (one.skip > 0) {
      one.skip -= 1;
    } else {
      one.left -= 1;
      return one.fault;
    }
  }
  return undefined;
}

/** Fails a request without, or instead of, its answer. Returns the status that was sent. */
export function fail(response: ServerResponse, kind: Fault['fault']): number | undefined {
  if (kind === 'hang') return undefined;
  if (typeof kind === 'string') {
    response.socket?.destroy();
    return undefined;
  }
  const json = typeof kind.body !== 'string';
  const body = json ? JSON.stringify(kind.body ?? { message: 'Injected' }) : String(kind.body);
  response.writeHead(kind.status, {
    'Content-Type': json ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
    ...kind.headers,
  });
  response.end(body);
  return kind.status;
}

/** Sends the half of an answer: with a broken connection, or (`cut`) as though that were all. */
export function sendHalf(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
  kind: 'truncate' | 'cut',
): void {
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  if (kind === 'cut') {
    response.writeHead(status, { ...headers, 'Content-Length': String(half.length) });
    response.end(half);
    return;
  }
  response.writeHead(status, { ...headers, 'Content-Length': String(bytes.length) });
  response.write(half, () => response.socket?.destroy());
}
