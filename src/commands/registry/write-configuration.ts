import path from 'node:path';
import { stringify } from 'yaml';
import type { Description } from './description.ts';
import { serverFiles } from './prepare-certificates.ts';
import { credentialsFile } from './prepare-credentials.ts';
import { readIfThere } from './read-if-there.ts';
import { writePrivate } from './write-private.ts';

export const configurationFile = 'config.yml';
export const imagesFolder = 'images';

/** The registry's own configuration. Its paths are relative, so that a container and a process read the same one. */
function configurationOf({ port, secret }: Description): string {
  return stringify({
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: imagesFolder }, delete: { enabled: true } },
    http: { addr: `:${port}`, secret, tls: { certificate: serverFiles.certificate, key: serverFiles.key } },
    auth: { htpasswd: { realm: 'slipway', path: credentialsFile } },
  });
}

/** @returns whether it is another one than before */
export async function writeConfiguration(folder: string, description: Description): Promise<boolean> {
  const file = path.join(folder, configurationFile);
  const text = configurationOf(description);
  if ((await readIfThere(file)) === text) return false;
  await writePrivate(file, text);
  return true;
}
