import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { engineHost } from './parts.ts';

const run = promisify(execFile);

/** What skopeo, which is not ours, reads of an image in a registry that speaks plain http. */
export async function inspectImage(
  reference: string,
): Promise<{ Digest: string; Labels: Record<string, string>; Layers: string[] }> {
  const { stdout } = await run('skopeo', ['inspect', '--tls-verify=false', `docker://${reference}`]);
  return JSON.parse(stdout);
}

/** Runs an image by its reference on the tests' engine, pulled anew, and returns what it printed. */
export async function runImage(reference: string, ...command: string[]): Promise<string> {
  const docker = (...args: string[]) => run('docker', ['-H', engineHost(), ...args]);
  await docker('pull', '--quiet', reference);
  try {
    const { stdout } = await docker('run', '--rm', '--network', 'none', reference, ...command);
    return stdout;
  } finally {
    await docker('rmi', '--force', reference);
  }
}
