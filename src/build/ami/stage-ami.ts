import { setTimeout as pause } from 'node:timers/promises';
import { type AmiId, formatAmiIds, parseAmiIds } from '../../ami-ids.ts';
import type { Staged } from '../../build-terms.ts';
import { SlipwayError } from '../../errors.ts';
import { identityOf } from '../../identity.ts';
import type { PublishRequest } from '../artifact-type.ts';
import { amiName, commitOf } from './ami-name.ts';
import type { Ami, Aws } from './open-aws.ts';

/** Milliseconds that AWS may say "does not exist" of what it has just made. */
const settlesWithin = 120_000;
const every = 2000;

const find = async (aws: Aws, { region, id }: AmiId, signal: AbortSignal): Promise<Ami | undefined> =>
  (await aws.images(region, [{ Name: 'image-id', Values: [id] }], signal))[0];

/** Whether all the images of an earlier try are there. */
export async function holdsAmis(aws: Aws, imageId: string, signal: AbortSignal): Promise<boolean> {
  const ids = parseAmiIds(imageId);
  const found = await Promise.all(ids.map((id) => find(aws, id, signal)));
  return found.length > 0 && found.every((ami) => ami?.state === 'available');
}

/**
 * Looks at what Packer says that it made: it is there, can be used, and has the name by which it is unique.
 *
 * @throws {SlipwayError} `build-failed` where it has another name; of AWS
 */
export async function stageAmi(
  aws: Aws,
  {
    built,
    artifact,
    buildId,
    labels,
    signal,
  }: Pick<PublishRequest, 'built' | 'artifact' | 'buildId' | 'labels' | 'signal'>,
): Promise<Staged> {
  const name = amiName(artifact, commitOf(identityOf(labels)));
  const deadline = Date.now() + settlesWithin;
  for (const one of parseAmiIds(built.imageId)) {
    let ami = await find(aws, one, signal);
    while (ami?.state !== 'available' && Date.now() < deadline) {
      if (signal.aborted) throw new SlipwayError('cancelled', 'Stopped while AWS made the image ready.');
      await pause(every);
      ami = await find(aws, one, signal);
    }
    if (ami?.state !== 'available') {
      throw new SlipwayError(
        'aws-unavailable',
        `Expected the image \`${one.id}\` in \`${one.region}\` to be available, found it ${ami?.state ?? 'missing'}.`,
        { transient: true },
      );
    }
    if (ami.name !== name) {
      throw new SlipwayError('build-failed', `Expected the AMI to be named \`${name}\`, found \`${ami.name}\`.`, {
        help: 'Name it by the variable `ami_name`, which Slipway gives to the template.',
      });
    }
  }
  const { imageId, engineId } = built;
  return { digest: formatAmiIds(parseAmiIds(imageId)), repository: '', tag: buildId, imageId, engineId };
}
