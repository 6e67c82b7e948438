import { askPacker } from '../../build/ami/ask-packer.ts';
import { openAws } from '../../build/ami/open-aws.ts';
import { connectEngine } from '../../build/docker/connect-engine.ts';
import { engineContainers } from '../../build/docker/engine-containers.ts';
import { hasImage } from '../../build/docker/has-image.ts';
import { inspectEngine } from '../../build/docker/inspect-engine.ts';
import { localFolder } from '../../build/docker/local-folder.ts';
import type { Environment } from '../../environment.ts';
import { type PackerSettings, readPackerSettings, readStoreSettings } from '../../settings.ts';
import type { Check } from './check.ts';
import { checkAws } from './check-aws.ts';
import { checkEngineDisk } from './check-disk.ts';
import { checkEngine } from './check-engine.ts';
import { checkPacker } from './check-packer.ts';
import { once } from './once.ts';

/** Settings that cannot be read are another check's. */
function packerOf(environment: Environment): Partial<PackerSettings> {
  try {
    return readPackerSettings(environment);
  } catch {
    return {};
  }
}

/** The engine, and where machine images are built, Packer and AWS. */
export function engineChecks(environment: Environment): readonly Check[] {
  const engine = once(async () => connectEngine(environment));
  const facts = once(async (signal: AbortSignal) => inspectEngine(await engine(), signal));
  const checks = [
    checkEngine(facts),
    checkEngineDisk(
      async (signal) => localFolder(await engine(), signal),
      () => readStoreSettings(environment),
    ),
  ];
  const { image, memory } = packerOf(environment);
  if (image === undefined || memory === undefined) return checks;
  const packer = checkPacker(image, {
    has: async () => hasImage(await engine(), image),
    version: async (signal) => askPacker(engineContainers(await engine(), undefined), { image, memory }, signal),
  });
  return [...checks, packer, checkAws(openAws(environment))];
}
