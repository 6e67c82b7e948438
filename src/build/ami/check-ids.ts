import { type AmiId, formatAmiIds, parseAmiIds } from '../../ami-ids.ts';
import { SlipwayError } from '../../errors.ts';
import type { PackerStory } from './follow-packer.ts';

/** The ids of the last run that the manifest post-processor wrote down; undefined where it wrote nothing that can be read. */
function idsOfManifest(text: string): readonly AmiId[] | undefined {
  try {
    const { builds, last_run_uuid: last } = JSON.parse(text) as {
      builds?: readonly { artifact_id?: unknown; packer_run_uuid?: unknown }[];
      last_run_uuid?: unknown;
    };
    const mine = (builds ?? []).filter(({ packer_run_uuid: run }) => run === last);
    return mine.flatMap(({ artifact_id: id }) => (typeof id === 'string' ? parseAmiIds(id) : []));
  } catch {
    return undefined;
  }
}

/**
 * The machine images of a run that ended well: one for each region, those of the first regions first, and the same as in
 * the manifest where there is one.
 *
 * @throws {SlipwayError} `build-failed`
 */
export function checkIds(
  { story, manifest }: { readonly story: Pick<PackerStory, 'ids'>; readonly manifest: string | undefined },
  regions: readonly string[],
): readonly AmiId[] {
  const { ids } = story;
  if (ids.length === 0) {
    throw new SlipwayError('build-failed', 'Packer ended well and named no machine image.', {
      help: 'The template needs a builder that makes one, such as `amazon-ebs`.',
    });
  }
  const twin = ids.find(({ region }, index) => ids.findIndex((other) => other.region === region) !== index);
  if (twin !== undefined) {
    throw new SlipwayError('build-failed', `Packer made more than one machine image in \`${twin.region}\`.`, {
      help: 'A version is one image for each region: choose one build with `packer.only`.',
    });
  }
  const place = ({ region }: AmiId): number => (regions.includes(region) ? regions.indexOf(region) : regions.length);
  const sorted = [...ids].sort((one, other) => place(one) - place(other) || (one.region < other.region ? -1 : 1));
  const noted = manifest === undefined ? undefined : idsOfManifest(manifest);
  const same = (list: readonly AmiId[]): string => formatAmiIds(list).split(',').sort().join(',');
  if (manifest !== undefined && (noted === undefined || same(noted) !== same(ids))) {
    const found = noted === undefined || noted.length === 0 ? 'nothing' : `\`${formatAmiIds(noted)}\``;
    throw new SlipwayError(
      'build-failed',
      `Packer printed \`${formatAmiIds(sorted)}\`, and its manifest has ${found}: expected the same.`,
      { help: 'Let only the manifest post-processor write `packer-manifest.json`.' },
    );
  }
  return sorted;
}
