import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';
import type { Description } from './description.ts';
import { authorityFile } from './prepare-certificates.ts';

const limitMs = 5000;

/**
 * Whether the registry of this folder answers on this machine, over TLS with the folder's own authority.
 *
 * @returns undefined when it does; else what was found instead
 */
export async function whatAnswers(
  folder: string,
  { host, port }: Pick<Description, 'host' | 'port'>,
): Promise<string | undefined> {
  const ca = await readFile(path.join(folder, authorityFile), 'utf8');
  return await new Promise((resolve) => {
    // This machine may not find its own name.
    const options = { host: '127.0.0.1', port, path: '/v2/', servername: host, ca, timeout: limitMs, agent: false };
    const asked = request(options, (response) => {
      response.resume();
      // It asks who we are: a registry with credentials.
      const found = response.headers['docker-distribution-api-version'] === 'registry/2.0';
      resolve(response.statusCode === 401 && found ? undefined : `an answer ${response.statusCode} of something else`);
    });
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${limitMs / 1000} s`)));
    asked.once('error', (error) => resolve(error.message));
    asked.end();
  });
}
