import { setTimeout as pause } from 'node:timers/promises';
import { SlipwayError } from '../../errors.ts';
import type { Container, ContainerEnd } from '../docker/containers.ts';

/**
 * How a container ended whose output has ended, which it does a moment before.
 *
 * @throws {SlipwayError} of the engine
 */
export async function endOf(container: Pick<Container, 'end'>): Promise<ContainerEnd> {
  for (let tries = 0; tries < 100; tries += 1) {
    const end = await container.end();
    if (end !== undefined) return end;
    await pause(50);
  }
  throw new SlipwayError('engine-lost', 'The engine stopped telling what Packer says.', {
    help: 'Slipway tries again by itself, and finds the same Packer.',
    transient: true,
  });
}
