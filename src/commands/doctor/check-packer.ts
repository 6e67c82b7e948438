import { type Check, ok, warning } from './check.ts';

export const packerCheck = 'Packer';

type Questions = {
  has(): Promise<boolean>;
  version(signal: AbortSignal): Promise<string>;
};

export const checkPacker = (image: string, { has, version }: Questions): Check => ({
  name: packerCheck,
  after: 'engine',
  async run(signal) {
    if (await has()) return ok(`Packer ${await version(signal)} answers, in ${image}`);
    return warning(`${image} is not on the engine`, `The first build pulls it; \`docker pull ${image}\` does so now.`);
  },
});
