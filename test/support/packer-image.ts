import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { findCommand } from '../../scripts/parts/install-packages.ts';
import { connectEngine } from '../../src/build/docker/connect-engine.ts';
import { buildTestImage } from './build-test-image.ts';
import { engineHost } from './parts.ts';

const run = promisify(execFile);

/** Real Packer, as Debian has it, in an image on the tests' engine. Slipway itself ships none. */
export async function packerImage(): Promise<string> {
  const packer = findCommand('packer');
  if (packer === undefined) throw new Error('packer is missing: run the tests through npm run test:slow');
  const { stdout } = await run('ldd', [packer]);
  const libraries = [...stdout.matchAll(/(\/\S+)/g)].map(([, file = '']) => file);
  const files = [packer, ...libraries];
  const programs = await Promise.all(files.map(async (file) => [file, await readFile(file)] as const));
  return await buildTestImage('slipway-test-packer:1', Object.fromEntries(programs));
}

/** An address of this machine that the engine's containers reach. */
export async function addressForContainers(): Promise<string> {
  const { docker } = connectEngine({ DOCKER_HOST: engineHost() });
  const { IPAM: pools } = await docker.getNetwork('bridge').inspect();
  const gateway = pools?.Config?.[0]?.Gateway;
  if (gateway === undefined) throw new Error('The engine has no bridge.');
  return gateway;
}
