import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import type { Description } from './description.ts';
import { authorityFile } from './prepare-certificates.ts';
import { shellWord } from './shell-word.ts';

/**
 * What to run, as root, on any other machine whose engine shall trust the registry: fetch the authority, and put it in
 * its place if it is the right one.
 */
export async function trustLines(data: string, { host, port }: Pick<Description, 'host' | 'port'>): Promise<string> {
  const file = path.join(data, authorityFile);
  const pem = await readFile(file);
  const sum = createHash('sha256').update(pem).digest('hex');
  const copy = `${host}.crt`;
  const target = `/etc/docker/certs.d/${host}:${port}/${authorityFile}`;
  return [
    'On any other machine, as root:',
    `  scp ${shellWord(`${userInfo().username}@${hostname()}:${file}`)} ${copy}`,
    `  echo '${sum}  ${copy}' | sha256sum --check && install -D -m 644 ${copy} ${target}`,
    `The authority's fingerprint (SHA-256): ${new X509Certificate(pem).fingerprint256}`,
    '',
  ].join('\n');
}
