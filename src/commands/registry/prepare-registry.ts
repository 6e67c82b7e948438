import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError } from '../../errors.ts';
import { type Description, keepDescription, readDescription } from './description.ts';
import { prepareCertificates } from './prepare-certificates.ts';
import { prepareCredentials } from './prepare-credentials.ts';
import type { RegistryOptions } from './registry-options.ts';
import { settleDescription } from './settle-description.ts';
import { imagesFolder, writeConfiguration } from './write-configuration.ts';

export type Prepared = {
  readonly description: Description;
  /** A line for each thing that was made or is another one than before. */
  readonly changes: readonly string[];
  readonly password?: string;
};

/**
 * Makes the data folder ready: certificates, credentials, configuration. What is there and right stays.
 *
 * @throws {SlipwayError} `bad-settings`
 */
export async function prepareRegistry(options: RegistryOptions): Promise<Prepared> {
  const { data } = options;
  try {
    await mkdir(path.join(data, imagesFolder), { recursive: true });
    await chmod(data, 0o700);
  } catch (cause) {
    throw new SlipwayError('bad-settings', `--data: nothing can be written in ${data}.`, { cause });
  }
  const kept = await readDescription(data);
  const { description, changes } = settleDescription(kept, options);
  const certificates = await prepareCertificates(data, description, { renew: options.newCertificate });
  const credentials = await prepareCredentials(data, description.user, {
    passwordFile: options.passwordFile,
    renew: options.newPassword,
  });
  const rewritten = await writeConfiguration(data, description);
  const { runsAs: _, ...rest } = description;
  // What is asked for is not how it runs yet.
  await keepDescription(data, { ...rest, ...(kept?.runsAs !== undefined && { runsAs: kept.runsAs }) });
  return {
    description,
    changes: [
      ...changes,
      ...certificates,
      ...credentials.made,
      ...(rewritten && kept === undefined ? ['wrote config.yml'] : []),
      ...(rewritten && kept !== undefined && changes.length === 0 ? ['wrote config.yml anew'] : []),
    ],
    ...(credentials.password !== undefined && { password: credentials.password }),
  };
}
