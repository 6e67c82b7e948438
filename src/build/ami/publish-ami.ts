import { formatAmiIds, parseAmiIds } from '../../ami-ids.ts';
import { SlipwayError } from '../../errors.ts';
import type { PublishRequest } from '../artifact-type.ts';
import type { AmiDeps } from './ami-deps.ts';
import { amiTags } from './ami-tags.ts';
import { findAmi } from './find-ami.ts';

/**
 * Makes a version of the images that Packer made: by their tags, which nothing but this sets. Doing it again does no harm.
 *
 * @throws {SlipwayError} `version-taken`, `cancelled`; of AWS
 */
export async function publishAmi(
  deps: AmiDeps,
  request: PublishRequest,
): Promise<{ readonly digest: string; readonly size: number }> {
  const { artifact, staged, mayPublish, signal } = request;
  const name = `${artifact.service.name}:${artifact.version}`;
  const other = await findAmi(deps, request);
  if (other !== undefined) {
    throw new SlipwayError('version-taken', `\`${name}\` is ${other.place} already (\`${other.digest}\`).`, {
      help: 'A version is published once: choose another one.',
    });
  }
  const tags = amiTags(request);
  const ids = parseAmiIds(staged.digest);
  const images = await Promise.all(
    ids.map(async ({ region, id }) => {
      const [ami] = await deps.aws.images(region, [{ Name: 'image-id', Values: [id] }], signal);
      return { region, things: [id, ...(ami?.snapshots ?? [])], size: ami?.size ?? 0 };
    }),
  );
  if (!(await mayPublish())) throw new SlipwayError('cancelled', `Cancelled before \`${name}\` was published.`);
  for (const { region, things } of images) await deps.aws.tag(region, things, tags);
  deps.log.info({ reference: name, digest: staged.digest }, 'published');
  return { digest: formatAmiIds(ids), size: Math.max(...images.map(({ size }) => size)) };
}
