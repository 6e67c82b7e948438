import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { boundToParent } from '../../scripts/parts/own-namespace.ts';
import type { Certificate } from './certificates.ts';
import type { TokenServer } from './token-server.ts';

/** What a registry started with `auth: 'basic'` lets in. */
export const basicCredentials = { username: 'slipway', password: 'right:password' } as const;
const htpasswd = 'slipway:$2b$05$abcdefghijklmnopqrstuu/0L8tA.G..ntaysXjjNCglKuRsSOg1a\n';

/** They end with the process of the test, also when it fails before `stop`. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export type RegistryOptions = {
  /** Default: open to everybody. */
  readonly auth?: 'basic' | TokenServer;
  /** Default: plain http. */
  readonly tls?: Certificate;
  /** Whether manifests can be deleted; default true. */
  readonly deletes?: boolean;
  /** Folder of configuration and images, removed by `stop`; default a fresh one. */
  readonly folder?: string;
  /** Folder of the images; default one in `folder`. Two registries may share one. */
  readonly storage?: string;
  /** Default: a free one. */
  readonly port?: number;
};

export type StartedRegistry = {
  /** `127.0.0.1:43210` */
  readonly address: string;
  /** `https://127.0.0.1:43210` */
  readonly url: string;
  readonly port: number;
  /** PEM of the authority, where it speaks TLS. */
  readonly ca: string | undefined;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly storage: string;
  stop(): Promise<void>;
};

async function portOf(child: ChildProcess): Promise<number> {
  const lines: string[] = [];
  if (child.stderr === null) throw new Error('docker-registry has no log');
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
    lines.push(line);
  }
  throw new Error(`docker-registry ended before it listened:\n${lines.join('\n')}`);
}

function configuration(options: RegistryOptions, storage: string, folder: string): unknown {
  const { auth, tls } = options;
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: options.deletes ?? true } },
    http: {
      addr: `127.0.0.1:${options.port ?? 0}`,
      secret: 'of the tests',
      ...(tls === undefined ? {} : { tls: { certificate: tls.certFile, key: tls.keyFile } }),
    },
    ...(auth === undefined
      ? {}
      : auth === 'basic'
        ? { auth: { htpasswd: { realm: 'tests', path: path.join(folder, 'htpasswd') } } }
        : {
            auth: {
              token: {
                realm: auth.realm,
                service: auth.service,
                issuer: auth.issuer,
                rootcertbundle: auth.certificateFile,
              },
            },
          }),
  };
}

/** Starts Debian's docker-registry on 127.0.0.1; ready when this resolves. */
export async function startRegistry(options: RegistryOptions = {}): Promise<StartedRegistry> {
  const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'slipway-registry-')));
  await mkdir(folder, { recursive: true });
  const storage = options.storage ?? path.join(folder, 'images');
  await writeFile(path.join(folder, 'htpasswd'), htpasswd);
  const file = path.join(folder, 'config.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(configuration(options, storage, folder)));
  const [command = '', ...args] = boundToParent(['docker-registry', 'serve', file]);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  const port = await Promise.race([
    portOf(child),
    once(child, 'error').then(([error]) => Promise.reject(new Error('docker-registry cannot run', { cause: error }))),
  ]);
  // Nobody reads the log any more: a full pipe would stop the registry.
  child.stderr?.resume();
  // A test that fails before `stop` must not keep its process: the registry ends with it.
  child.unref();
  (child.stderr as Socket).unref();
  const address = `127.0.0.1:${port}`;
  const { auth, tls } = options;
  return {
    address,
    url: `${tls === undefined ? 'http' : 'https'}://${address}`,
    port,
    ca: tls?.ca,
    credentials: auth === undefined ? undefined : auth === 'basic' ? basicCredentials : auth.credentials,
    storage,
    async stop() {
      running.delete(child);
      if (child.exitCode === null && child.signalCode === null) {
        child.ref();
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
