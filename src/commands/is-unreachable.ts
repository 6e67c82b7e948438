import { isLoopback } from '../push/is-loopback.ts';

/** Whether an address is one that GitHub looks up for itself, and finds itself. */
export function isUnreachable(publicUrl: string): boolean {
  const { hostname } = new URL(publicUrl);
  return isLoopback(hostname) || hostname.endsWith('.localhost') || hostname === '0.0.0.0';
}
