import { formatAmiIds } from '../../ami-ids.ts';
import type { Existing, Wanted } from '../artifact-type.ts';
import { type AmiDeps, imageOf, regionsOf } from './ami-deps.ts';
import { amiName } from './ami-name.ts';
import { buildTag, identityOfTags, versionFilters } from './ami-tags.ts';

/**
 * Who stands behind a version in the account: an image with both its tags. What this very build has tagged is no answer:
 * it goes on where it stopped.
 *
 * @throws {SlipwayError} `unsupported` where there is no image of Packer's to build with; `service-name-invalid` where no
 *   machine image can have the name; of AWS
 */
export async function findAmi(deps: AmiDeps, { artifact, buildId, signal }: Wanted): Promise<Existing | undefined> {
  amiName(artifact, '');
  imageOf(deps.settings);
  const found = await Promise.all(
    regionsOf(deps, artifact.service).map(async (region) => {
      const images = await deps.aws.images(region, versionFilters(artifact), signal);
      return images.filter(({ tags }) => tags[buildTag] !== buildId).map((ami) => ({ ...ami, region }));
    }),
  );
  const images = found.flat();
  const [first] = images;
  if (first === undefined) return undefined;
  const { identity, sourceUrl } = identityOfTags(first.tags);
  const ours = images.filter(({ tags }) => tags[buildTag] === first.tags[buildTag]);
  return { digest: formatAmiIds(ours), size: first.size, identity, sourceUrl, place: `in AWS (${first.region})` };
}
