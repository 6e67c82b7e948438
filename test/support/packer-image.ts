import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { findCommand } from '../../scripts/parts/install-packages.ts';
import { connectEngine } from '../../src/build/docker/connect-engine.ts';
import { baseImage, engineHost } from './parts.ts';

const run = promisify(execFile);

/** Real Packer, as Debian has it, in an image on the tests' engine. Slipway itself ships none. */
export async function packerImage(): Promise<string> {
  const packer = findCommand('packer');
  if (packer === undefined) throw new Error('packer is missing: run the tests through npm run test:slow');
  const { stdout } = await run('ldd', [packer]);
  const libraries = [...stdout.matchAll(/(\/\S+)/g)].map(([, file = '']) => file);
  const archive = pack();
  const copies = [packer, ...libraries].map((file) => `COPY ${file.slice(1)} ${file}`);
  archive.entry({ name: 'Dockerfile' }, [`FROM ${baseImage()}`, ...copies, ''].join('\n'));
  for (const file of [packer, ...libraries]) archive.entry({ name: file.slice(1), mode: 0o755 }, await readFile(file));
  archive.finalize();
  const { docker } = connectEngine({ DOCKER_HOST: engineHost() });
  const tag = 'slipway-test-packer:1';
  const stream = await docker.buildImage(Readable.from(archive), { t: tag });
  await new Promise<void>((resolve, reject) => {
    stream.once('close', () => reject(new Error('The engine ended its answer early.')));
    docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
  });
  return tag;
}

/** An address of this machine that the engine's containers reach. */
export async function addressForContainers(): Promise<string> {
  const { docker } = connectEngine({ DOCKER_HOST: engineHost() });
  const { IPAM: pools } = await docker.getNetwork('bridge').inspect();
  const gateway = pools?.Config?.[0]?.Gateway;
  if (gateway === undefined) throw new Error('The engine has no bridge.');
  return gateway;
}
