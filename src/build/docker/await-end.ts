import { setTimeout as pause } from 'node:timers/promises';
import { SlipwayError } from '../../errors.ts';
import type { ContainerEnd } from './containers.ts';

/**
 * How a container ended whose output has ended, which it does a moment before.
 *
 * @param look undefined while it runs
 * @throws {SlipwayError} `engine-lost` where it goes on running
 */
export async function awaitEnd(look: () => Promise<ContainerEnd | undefined>): Promise<ContainerEnd> {
  for (let tries = 0; tries < 100; tries += 1) {
    const end = await look();
    if (end !== undefined) return end;
    await pause(50);
  }
  throw new SlipwayError('engine-lost', 'The engine stopped telling what Packer says.', {
    help: 'Slipway tries again by itself, and finds the same Packer.',
    transient: true,
  });
}
