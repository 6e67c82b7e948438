import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answers.ts';

/**
 * Answers with a fixed sentence. A request whose body has not arrived in full is answered at once and its connection
 * closed: the rest is thrown away for at most `lingerMs` milliseconds, since closing with bytes unread would make the
 * kernel reset the connection and take the answer away from the sender (RFC 9112, 9.6).
 */
export function answer(req: IncomingMessage, res: ServerResponse, what: Answer, lingerMs: number): void {
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  const text = `${what.sentence}\n`;
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    ...what.headers,
  };
  if (req.complete) {
    res.writeHead(what.status, headers).end(text);
    return;
  }
  res.writeHead(what.status, { ...headers, connection: 'close' }).write(text);
  const end = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(end, lingerMs).unref();
  req.once('end', end).once('close', end).resume();
}
