import { SlipwayError } from '../../errors.ts';
import type { PackerSettings } from '../../settings.ts';
import type { Containers } from '../docker/containers.ts';
import { runBriefly } from './run-briefly.ts';

/**
 * The version of the Packer in an image that the engine has.
 *
 * @throws {SlipwayError} `packer-unavailable` when the image's `packer` does not tell it, and those of the engine
 */
export async function askPacker(
  containers: Containers,
  { image, memory }: { readonly image: string } & Pick<PackerSettings, 'memory'>,
  signal: AbortSignal,
): Promise<string> {
  const run = { image, command: ['packer', 'version'], memory, processes: 64, signal } as const;
  const { said } = await runBriefly(containers, run);
  const version = /^Packer v(\d[\w.+-]*)/m.exec(said.toString('utf8'))?.[1];
  if (version !== undefined) return version;
  throw new SlipwayError('packer-unavailable', `\`packer version\` in the image ${image} told none.`, {
    help: 'Set PACKER_IMAGE to an image with `packer` on its PATH.',
  });
}
