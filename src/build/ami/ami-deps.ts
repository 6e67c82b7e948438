import { SlipwayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Environment, PackerSettings } from '../../settings.ts';
import type { PackerOptions, Service } from '../../terms.ts';
import type { Containers } from '../docker/containers.ts';
import type { Aws } from './open-aws.ts';

/** What artifacts of type `ami` are made and published with. */
export type AmiDeps = {
  readonly containers: Containers;
  readonly aws: Aws;
  readonly settings: PackerSettings;
  readonly environment: Environment;
  readonly log: Log;
};

/** For Packer, its plugins, and what a template runs beside them. */
export const processes = 512;

const usual: PackerOptions = { template: 'packer.pkr.hcl', variables: {}, only: [], regions: [] };

export const packerOf = ({ packer }: Service): PackerOptions => packer ?? usual;

/**
 * The image that Packer is in.
 *
 * @throws {SlipwayError} `unsupported` where there is none
 */
export function imageOf({ image }: Pick<PackerSettings, 'image'>): string {
  if (image !== undefined) return image;
  throw new SlipwayError('unsupported', 'Machine images cannot be built here: PACKER_IMAGE is not set.', {
    help: 'Whoever runs this Slipway sets PACKER_IMAGE (docs/ami.md says how), then press Rebuild.',
  });
}

/**
 * The regions that a version is looked for in, the first one first.
 *
 * @throws {SlipwayError} `configuration-invalid` where neither the service nor the worker names one
 */
export function regionsOf({ aws }: Pick<AmiDeps, 'aws'>, service: Service): readonly [string, ...string[]] {
  const [first = aws.region, ...more] = packerOf(service).regions;
  if (first !== undefined) return [first, ...more];
  throw new SlipwayError('configuration-invalid', 'Expected a region to publish machine images in, found none.', {
    help: 'Name it in `.github/slipway.yml` under `services[].packer.regions`, or set AWS_REGION for the worker.',
  });
}
