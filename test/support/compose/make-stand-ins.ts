import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findCommand } from '../../../scripts/parts/install-packages.ts';
import { packPrograms } from './pack-programs.ts';

const root = path.join(import.meta.dirname, '../../..');
const fixtures = path.join(root, 'test/fixtures/compose');

const exec = promisify(execFile);
const large = { maxBuffer: 2 ** 28 };

/** Runs a client against an engine. */
export type Docker = (...args: string[]) => Promise<string>;

export const dockerOn =
  (host: string): Docker =>
  async (...args) => {
    const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0' };
    return (await exec('docker', args, { ...large, env })).stdout.trim();
  };

async function codename(): Promise<string> {
  return /^VERSION_CODENAME=(\S+)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
}

/** The name of the base image, as the Dockerfile has it. */
async function nodeImage(): Promise<string> {
  const [, name] = /^ARG NODE_IMAGE=(\S+)$/m.exec(await readFile(path.join(root, 'Dockerfile'), 'utf8')) ?? [];
  if (name === undefined) throw new Error('the Dockerfile names no NODE_IMAGE');
  return name;
}

/** A small Debian with Node.js, npm, and the user node, which trusts the authorities that this machine trusts. */
async function makeNodeImage(docker: Docker, folder: string): Promise<string> {
  const image = await nodeImage();
  const tree = path.join(folder, 'debian');
  const inTree = (name: string) => path.join(tree, name);
  await exec('debootstrap', ['--variant=minbase', '--include=ca-certificates', await codename(), tree], large);
  await copyFile(process.execPath, inTree('usr/local/bin/node'));
  await copyFile('/etc/ssl/certs/ca-certificates.crt', inTree('etc/ssl/certs/ca-certificates.crt'));
  await mkdir(inTree('usr/local/etc'), { recursive: true });
  await writeFile(inTree('usr/local/etc/npmrc'), 'cafile=/etc/ssl/certs/ca-certificates.crt\n');
  await exec('npm', ['install', '--global', `--prefix=${inTree('usr/local')}`, '--no-audit', '--no-fund', 'npm@11']);
  await exec('chroot', [tree, 'useradd', '--uid=1000', '--create-home', 'node']);
  await rm(inTree('var/cache/apt/archives'), { recursive: true });
  const tar = path.join(folder, 'debian.tar');
  await exec('tar', ['--create', `--directory=${tree}`, `--file=${tar}`, '.']);
  await docker('import', tar, image);
  return image;
}

type StandIn = {
  readonly image: string;
  readonly entrypoint: string;
  readonly programs: readonly string[];
  /** Lines of its Dockerfile behind the programs. */
  readonly lines: readonly string[];
};

const program = (name: string): string => findCommand(name) ?? name;

/** The names are those of compose.yaml, and each has what it is asked for there. */
const standIns: readonly StandIn[] = [
  {
    image: 'registry:2',
    entrypoint: 'registry.sh',
    programs: [program('docker-registry'), program('busybox')],
    lines: ['RUN ln -s docker-registry /usr/bin/registry && ln -s busybox /usr/bin/wget', 'VOLUME /var/lib/registry'],
  },
  {
    image: 'docker:28-dind',
    entrypoint: 'engine.sh',
    programs: [
      ...['dockerd', 'docker', 'containerd', 'containerd-shim-runc-v2', 'runc', 'docker-proxy', 'tini'].map(program),
      ...['iptables', 'ip6tables', 'ip', 'openssl'].map(program),
      '/usr/lib/*/xtables',
      '/usr/lib/ssl/openssl.cnf',
    ],
    lines: [
      'RUN ln -s /usr/bin/tini /usr/bin/docker-init && mkdir -p /certs/client && chmod 1777 /certs /certs/client',
      'ENV DOCKER_TLS_CERTDIR=/certs',
      'VOLUME /var/lib/docker',
      'EXPOSE 2375 2376',
    ],
  },
  {
    image: 'postgres:17',
    entrypoint: 'postgres.sh',
    programs: [
      '/usr/lib/postgresql/*/bin',
      // All but llvmjit.so, which needs a compiler of a hundred megabytes.
      ...['[!l]', 'la', 'libpq'].map((begin) => `/usr/lib/postgresql/*/lib/${begin}*.so`),
      ...['/usr/share/postgresql/*', '/usr/share/zoneinfo'],
    ],
    lines: [
      'RUN groupadd --gid 999 postgres && useradd --uid 999 --gid 999 postgres && mkdir -p /var/run/postgresql \\',
      '  && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/',
      'ENV PGDATA=/var/lib/postgresql/data',
      'VOLUME /var/lib/postgresql/data',
      'STOPSIGNAL SIGINT',
      'EXPOSE 5432',
    ],
  },
];

async function makeStandIn(docker: Docker, base: string, folder: string, what: StandIn): Promise<void> {
  await packPrograms(what.programs, path.join(folder, 'programs.tar'));
  await cp(path.join(fixtures, what.entrypoint), path.join(folder, 'entrypoint.sh'));
  const lines = [
    `FROM ${base}`,
    'ADD programs.tar /',
    'COPY entrypoint.sh /entrypoint.sh',
    ...what.lines,
    'ENTRYPOINT ["/entrypoint.sh"]',
  ];
  await writeFile(path.join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
  await docker('build', '--quiet', `--tag=${what.image}`, folder);
}

/**
 * Makes images with the names of compose.yaml and the Dockerfile from this machine's Debian, since none can be pulled:
 * the real programs, behind entrypoints that do what the real ones do.
 *
 * @param folder for what is made on the way
 * @returns the base image of Slipway's own
 */
export async function makeStandIns(docker: Docker, folder: string): Promise<string> {
  const base = await makeNodeImage(docker, folder);
  for (const standIn of standIns) await makeStandIn(docker, base, path.join(folder, standIn.entrypoint), standIn);
  return base;
}
