import type { IncomingHttpHeaders } from 'node:http';

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The delivery id, where the header holds one. Anything else is kept out of the log. */
export function deliveryIdOf(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['x-github-delivery'];
  return typeof id === 'string' && uuid.test(id) ? id : undefined;
}
