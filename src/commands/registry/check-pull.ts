import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { connectEngine } from '../../build/docker/connect-engine.ts';
import { pullOnce } from '../../build/docker/pull-once.ts';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import { createLog } from '../../log.ts';
import { openRegistry } from '../../push/open-registry.ts';
import { putProbe } from '../../push/put-probe.ts';
import { removeManifest } from '../../push/remove-manifest.ts';
import { readRegistryCredentials } from '../../settings.ts';
import type { Description } from './description.ts';
import { authorityFile } from './prepare-certificates.ts';

const repository = 'slipway-probe';

/**
 * Lets the engine pull a small image from the registry, which is gone again afterwards. Without credentials in the
 * settings it has to do that the engine is asked for them: it has taken the certificate by then.
 *
 * @returns a line for people
 * @throws {SlipwayError} what the registry or the engine says
 */
export async function checkPull(options: {
  readonly data: string;
  readonly description: Pick<Description, 'host' | 'port'>;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { description, environment, signal } = options;
  const address = `${description.host}:${description.port}`;
  const engine = connectEngine(environment);
  const credentials = readRegistryCredentials(environment);
  const pull = { registry: address, credentials, signal };
  if (credentials === undefined) {
    await pullOnce(engine, { ...pull, image: `${address}/${repository}:none` }).catch((error: unknown) => {
      if (!(error instanceof SlipwayError && error.code === 'registry-refused')) throw error;
    });
    return `the engine trusts ${address}; with REGISTRY_USERNAME and REGISTRY_PASSWORD set it would pull too`;
  }
  const ca = await readFile(path.join(options.data, authorityFile), 'utf8');
  const registry = openRegistry({ settings: { address, credentials, ca }, log: createLog('silent') });
  try {
    const { digest } = await putProbe(registry, { name: repository, signal });
    try {
      await pullOnce(engine, { ...pull, image: registry.reference(repository, digest) });
    } finally {
      await removeManifest(registry, repository, digest, AbortSignal.timeout(30_000));
    }
    return `the engine trusts ${address}, and has pulled an image from it`;
  } finally {
    await registry.close();
  }
}
