import { askPacker } from '../../build/ami/ask-packer.ts';
import { openAws } from '../../build/ami/open-aws.ts';
import { connectEngine } from '../../build/docker/connect-engine.ts';
import { engineContainers } from '../../build/docker/engine-containers.ts';
import { hasImage } from '../../build/docker/has-image.ts';
import { inspectEngine } from '../../build/docker/inspect-engine.ts';
import { localFolder } from '../../build/docker/local-folder.ts';
import type { Environment } from '../../environment.ts';
import { readStoreSettings } from '../../settings.ts';
import type { Check } from './check.ts';
import { checkAws } from './check-aws.ts';
import { checkEngineDisk } from './check-disk.ts';
import { checkEngine } from './check-engine.ts';
import { checkPacker } from './check-packer.ts';
import { once } from './once.ts';
import { packerIfSet } from './packer-if-set.ts';

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
  const packer = packerIfSet(environment);
  if (packer === undefined) return checks;
  const { image } = packer;
  const questions = {
    has: async () => hasImage(await engine(), image),
    version: async (signal: AbortSignal) => askPacker(engineContainers(await engine(), undefined), packer, signal),
  };
  return [...checks, checkPacker(image, questions), checkAws(openAws(environment))];
}
