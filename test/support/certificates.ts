import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** A server's certificate and its key, as PEM and as files. */
export type Certificate = {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM of the authority that signed it. */
  readonly ca: string;
  readonly caFile: string;
};

/** A private certificate authority in a folder of its own. */
export type Authority = {
  readonly ca: string;
  readonly caFile: string;
  /** A certificate for these names (`DNS:localhost`, `IP:127.0.0.1`), valid for a day unless `days` says otherwise. */
  issue(names: readonly string[], days?: number): Promise<Certificate>;
  /** A certificate that nobody but itself has signed. */
  selfSigned(names: readonly string[]): Promise<Certificate>;
  /** Removes the folder. */
  remove(): Promise<void>;
};

/** Makes an authority with the openssl command, good for this many days. */
export async function makeAuthority(days = 2): Promise<Authority> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-ca-'));
  const inFolder = (name: string): string => path.join(folder, name);
  const caFile = inFolder('ca.pem');
  const caKey = inFolder('ca.key');
  await run('openssl', [
    ...['req', '-x509', ...curve, '-keyout', caKey, '-out', caFile, '-subj', '/CN=Slipway test authority'],
    ...['-days', String(days), '-addext', 'basicConstraints=critical,CA:TRUE'],
  ]);
  const ca = await readFile(caFile, 'utf8');
  let issued = 0;
  const pairOf = async (certFile: string, keyFile: string): Promise<Certificate> => {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    return { cert, key, certFile, keyFile, ca, caFile };
  };

  return {
    ca,
    caFile,
    async issue(names, days = 1) {
      issued += 1;
      const file = (kind: string): string => inFolder(`${issued}.${kind}`);
      const [certFile, keyFile] = [file('pem'), file('key')];
      await writeFile(file('ext'), `subjectAltName=${names.join(',')}\n`);
      await run('openssl', [
        ...['req', '-new', ...curve],
        ...['-keyout', keyFile, '-out', file('csr'), '-subj', '/CN=test'],
      ]);
      await run('openssl', [
        ...['x509', '-req', '-in', file('csr'), '-CA', caFile, '-CAkey', caKey, '-set_serial', String(issued)],
        ...['-days', String(days), '-extfile', file('ext'), '-out', certFile],
      ]);
      return await pairOf(certFile, keyFile);
    },
    async selfSigned(names) {
      const [certFile, keyFile] = [inFolder('self.pem'), inFolder('self.key')];
      await run('openssl', [
        ...['req', '-x509', ...curve, '-keyout', keyFile, '-out', certFile, '-subj', '/CN=test', '-days', '1'],
        ...['-addext', `subjectAltName=${names.join(',')}`],
      ]);
      return await pairOf(certFile, keyFile);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
