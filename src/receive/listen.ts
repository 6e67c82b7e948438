import type { Server } from 'node:http';
import { SlipwayError } from '../errors.ts';

const reasons: Readonly<Record<string, { found: string; help: string }>> = {
  EADDRINUSE: { found: 'it is taken by another program', help: 'Stop that program, or set PORT to a free port.' },
  EACCES: { found: 'the system does not allow it', help: 'Set PORT to a port from 1024 up.' },
  EADDRNOTAVAIL: { found: 'it is no address of this machine', help: 'Set HOST to 0.0.0.0 or to an own address.' },
  ENOTFOUND: { found: 'the name is not known', help: 'Set HOST to 0.0.0.0 or to an own address.' },
};

/**
 * Listens and returns the port that was bound.
 *
 * @throws {SlipwayError} `bad-settings`
 */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const { found, help } = reasons[code] ?? { found: `the system said ${code}`, help: 'Check HOST and PORT.' };
    throw new SlipwayError('bad-settings', `HOST and PORT: cannot listen on ${host}:${port}, ${found}.`, {
      help,
      fault: 'yours',
      cause,
    });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
