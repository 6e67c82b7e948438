import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { type ErrorCode, SlipwayError } from '../errors.ts';
import { adminSocket } from './admin-socket.ts';

const failure = z.object({
  code: z.custom<ErrorCode>((code) => typeof code === 'string').default('store-failed'),
  message: z.string(),
  help: z.string().optional(),
});

/**
 * Asks the server that holds the embedded store of this folder.
 *
 * @returns its answer as a stream; undefined where no server runs on this folder
 * @throws {SlipwayError} the server's own, or `store-failed` when it cannot be reached
 */
export async function askAdmin(
  dataDir: string,
  verb: string,
  question: object,
  signal: AbortSignal,
): Promise<IncomingMessage | undefined> {
  const socketPath = adminSocket(dataDir);
  if (socketPath === undefined) return undefined;
  const asked = request({ socketPath, path: `/${verb}`, method: 'POST', signal });
  asked.end(JSON.stringify(question));
  let response: IncomingMessage;
  try {
    [response] = await once(asked, 'response');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    throw new SlipwayError('store-failed', `The server behind ${socketPath} cannot be asked.`, {
      help: 'Run the command as the user that the server runs as.',
      cause,
    });
  }
  if (response.statusCode === 200) return response;
  const { code, message, help } = failure.parse(await json(response));
  throw new SlipwayError(code, message, help === undefined ? {} : { help });
}
