import type { Validation } from '../../build/artifact-type.ts';
import { type Check, fails, ok, warning } from './check.ts';
import { packerCheck } from './check-packer.ts';

/** Milliseconds: the service's folder is sent to the engine first. */
const patience = 60_000;

type Questions = {
  has(image: string): Promise<boolean>;
  validate(signal: AbortSignal): Promise<Validation>;
};

/** @param image PACKER_IMAGE */
export const checkTemplate = (service: string, image: string | undefined, { has, validate }: Questions): Check => ({
  name: `template of ${service}`,
  after: packerCheck,
  timeoutMs: patience,
  async run(signal) {
    if (image === undefined) {
      return fails('machine images cannot be built here: PACKER_IMAGE is not set', 'docs/ami.md says how to set it.');
    }
    if (!(await has(image))) {
      return warning(`not validated: ${image} is not on the engine`, `Run \`docker pull ${image}\`, then ask again.`);
    }
    const { kind, found } = await validate(signal);
    if (kind === 'valid') return ok(found);
    return warning(found, 'It cannot be validated here, without credentials and network: the first build tells.');
  },
});
