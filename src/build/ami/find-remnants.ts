import { SlipwayError } from '../../errors.ts';
import { buildTag, versionTag } from './ami-tags.ts';
import type { Ami, Aws, Remnant } from './open-aws.ts';

const commands: Readonly<Record<Remnant['kind'] | 'image', (id: string) => string>> = {
  instance: (id) => `terminate-instances --instance-ids ${id}`,
  'key pair': (id) => `delete-key-pair --key-pair-id ${id}`,
  'security group': (id) => `delete-security-group --group-id ${id}`,
  snapshot: (id) => `delete-snapshot --snapshot-id ${id}`,
  image: (id) => `deregister-image --image-id ${id}`,
};

/** One sentence for each thing that is left, with the command that removes it. */
function sentence(region: string, { kind, id }: { kind: Remnant['kind'] | 'image'; id: string }): string {
  return `Left behind in \`${region}\`: the ${kind} \`${id}\`. Remove it with \`aws ec2 ${commands[kind](id)} --region ${region}\``;
}

/** How machine images that carry no version are removed, their snapshots behind them. */
export const removalOf = (region: string, { id, snapshots }: Ami): readonly string[] => [
  sentence(region, { kind: 'image', id }),
  ...snapshots.map((snapshot) => sentence(region, { kind: 'snapshot', id: snapshot })),
];

/** By a tag or by the thing's own name, each in its own question: EC2 joins filters with "and". */
function filtersFor(mentioned: ReadonlySet<string>) {
  const begin = (start: string) => [...mentioned].filter((name) => name.startsWith(start));
  const by = (name: string, values: readonly string[]) => ({
    Name: name,
    Values: values.length > 0 ? [...values] : ['none'],
  });
  return {
    instance: by('instance-id', begin('i-')),
    'key pair': by('key-name', begin('packer_')),
    'security group': by('group-name', begin('packer_')),
    snapshot: by('snapshot-id', begin('snap-')),
  };
}

/**
 * What a build left in an account, as sentences for people. Never rejects: where AWS cannot be
 * asked, that is said.
 */
export async function findRemnants(
  aws: Aws,
  of: {
    readonly regions: readonly string[];
    readonly buildId: string;
    /** Name that the machine image would have. */
    readonly amiName: string;
    readonly mentioned: ReadonlySet<string>;
    /** Its image is a version now, whatever its tags say so soon. */
    readonly published?: boolean;
  },
): Promise<readonly string[]> {
  const tagged = { Name: `tag:${buildTag}`, Values: [of.buildId] };
  const byTag = { instance: tagged, 'key pair': tagged, 'security group': tagged, snapshot: tagged };
  const signal = AbortSignal.timeout(60_000);
  const found = await Promise.all(
    of.regions.map(async (region) => {
      try {
        const images = await aws.images(region, [{ Name: 'name', Values: [of.amiName] }], signal);
        const unpublished = of.published ? [] : images.filter(({ tags }) => tags[versionTag] === undefined);
        const kept = new Set(images.flatMap(({ snapshots }) => snapshots));
        const others = [
          ...(await aws.remnants(region, byTag)),
          ...(of.mentioned.size === 0 ? [] : await aws.remnants(region, filtersFor(of.mentioned))),
        ];
        const unique = new Map(others.filter(({ id }) => !kept.has(id)).map((one) => [one.id, one]));
        return [
          ...[...unique.values()].map((one) => sentence(region, one)),
          ...unpublished.flatMap((ami) => removalOf(region, ami)),
        ];
      } catch (error) {
        const why = error instanceof SlipwayError ? error.message : String(error);
        return [
          `Whether something was left behind in \`${region}\` could not be asked (${why}); look for the tag \`${buildTag}=${of.buildId}\`.`,
        ];
      }
    }),
  );
  return found.flat();
}
