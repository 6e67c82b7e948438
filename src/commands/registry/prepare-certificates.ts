import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import path from 'node:path';
import { SlipwayError } from '../../errors.ts';
import type { Pair } from './certificates.ts';
import type { Description } from './description.ts';
import { readIfThere } from './read-if-there.ts';
import { writePrivate } from './write-private.ts';

const day = 86_400_000;
const renewDays = 30;

/** Where they are in the data folder. */
export const authorityFile = 'ca.crt';
export const serverFiles = { certificate: 'server.crt', key: 'server.key' } as const;
const authorityKey = 'ca.key';

/** The day on which a certificate ends: `2029-02-21`. */
export const endOf = (certificate: X509Certificate): string => certificate.validToDate.toISOString().slice(0, 10);

/** Every name that the registry may be called by; its own machine calls it localhost. */
function namesOf({ host, addresses }: Pick<Description, 'host' | 'addresses'>): string[] {
  return [...new Set([host, 'localhost', ...addresses, '127.0.0.1', '::1'])];
}

/** Two files cannot be written at once: one that was stopped in between has left another key. */
function isOf(key: string, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Why the server needs another certificate; undefined: it needs none. */
function reason(server: Pair, names: readonly string[], authority: X509Certificate): string | undefined {
  const certificate = new X509Certificate(server.certificate);
  if (!isOf(server.key, certificate)) return 'the old one is not of this key';
  if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) return 'another authority signs';
  const missing = names.filter((name) => !(isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)));
  if (missing.length > 0) return `the old one was not for ${missing.join(', ')}`;
  const days = Math.floor((certificate.validToDate.getTime() - Date.now()) / day);
  return days < renewDays ? `the old one ${days < 0 ? 'has ended' : `ends in ${days} days`}` : undefined;
}

/**
 * Sees to it that the data folder has an authority, and a certificate signed by it for every name of the registry. The
 * authority is made once and stays, so that machines that trust it need no change.
 *
 * @returns a line for each thing that was made
 */
export async function prepareCertificates(
  folder: string,
  description: Pick<Description, 'host' | 'addresses'>,
  { renew }: { readonly renew: boolean },
): Promise<readonly string[]> {
  const made: string[] = [];
  const inFolder = (name: string): string => path.join(folder, name);
  const read = async (name: string) => await readIfThere(inFolder(name));
  let [certificate, key] = [await read(authorityFile), await read(authorityKey)];
  if ((certificate === undefined) !== (key === undefined)) {
    const [has, lacks] = key === undefined ? [authorityFile, authorityKey] : [authorityKey, authorityFile];
    throw new SlipwayError('bad-settings', `${folder}: expected ${has} and ${lacks}, found only ${has}.`, {
      help: 'Bring the other one back from a backup; or delete both, and let every machine trust the new authority.',
    });
  }
  // It takes 100 ms to load, and most calls need none.
  const library = () => import('./certificates.ts');
  if (certificate === undefined || key === undefined) {
    const authority = await (await library()).makeAuthority(`Slipway registry ${description.host}`.slice(0, 64));
    await writePrivate(inFolder(authorityKey), authority.key);
    await writePrivate(inFolder(authorityFile), authority.certificate, 0o644);
    ({ certificate, key } = authority);
    made.push(`made a certificate authority: ${authorityFile}, until ${endOf(new X509Certificate(certificate))}`);
  }
  const names = namesOf(description);
  const [oldCertificate, oldKey] = [await read(serverFiles.certificate), await read(serverFiles.key)];
  const old =
    oldCertificate === undefined || oldKey === undefined ? undefined : { certificate: oldCertificate, key: oldKey };
  const authority = new X509Certificate(certificate);
  const why = renew ? 'asked for' : old === undefined ? '' : reason(old, names, authority);
  if (why !== undefined) {
    const server = await (await library()).issueCertificate({ certificate, key }, names);
    await writePrivate(inFolder(serverFiles.key), server.key);
    await writePrivate(inFolder(serverFiles.certificate), server.certificate, 0o644);
    const end = endOf(new X509Certificate(server.certificate));
    made.push(`made a certificate for ${names.join(', ')}, until ${end}${why === '' ? '' : ` (${why})`}`);
  }
  return made;
}
