import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../../errors.ts';
import type { PackerSettings } from '../../settings.ts';
import type { Containers } from '../docker/containers.ts';

const label = 'dev.slipway.doctor';

/**
 * The version of the Packer in an image that the engine has, from a container of a moment. It is given no credentials.
 *
 * @throws {SlipwayError} `packer-unavailable` when the image's `packer` does not tell it, and those of the engine
 */
export async function askPacker(
  containers: Containers,
  { image, memory }: { readonly image: string } & Pick<PackerSettings, 'memory'>,
  signal: AbortSignal,
): Promise<string> {
  const name = `slipway-doctor-${randomUUID()}`;
  const labels = { [label]: name };
  try {
    const container = await containers.create({
      name,
      image,
      command: ['packer', 'version'],
      environment: { CHECKPOINT_DISABLE: '1' },
      labels,
      source: name,
      memory,
      processes: 64,
    });
    await container.start();
    let said = '';
    for await (const chunk of container.output(signal)) said = (said + chunk.toString('utf8')).slice(0, 10_000);
    await container.remove();
    const version = /^Packer v(\d[\w.+-]*)/m.exec(said)?.[1];
    if (version !== undefined) return version;
    throw new SlipwayError('packer-unavailable', `\`packer version\` in the image ${image} told none.`, {
      help: 'Set PACKER_IMAGE to an image with `packer` on its PATH.',
    });
  } finally {
    // Also takes a container of this name that was not removed.
    await containers.removeVolume(name);
  }
}
