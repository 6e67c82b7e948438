import type { Identity } from '../../build-terms.ts';
import { identityOf } from '../../identity.ts';
import type { Artifact } from '../../terms.ts';
import type { PublishRequest } from '../artifact-type.ts';

/** By these two a version is found; nobody but Slipway sets them, and only when it publishes. */
export const serviceTag = 'service_name';
export const versionTag = 'version';
/** Names the build that something was made by; the template puts it on what Packer makes meanwhile too. */
export const buildTag = 'slipway:build';

const keys = {
  commit: 'slipway:commit',
  repositoryId: 'slipway:repository-id',
  path: 'slipway:path',
  contentDigest: 'slipway:content-digest',
  source: 'slipway:source',
  pullRequest: 'slipway:pull-request',
} as const;

/** EC2 takes at most 256 characters. */
const longest = 256;

/** The tags of a published machine image and its snapshots. */
export function amiTags(
  request: Pick<PublishRequest, 'artifact' | 'buildId' | 'labels' | 'defaultLabels'>,
): Record<string, string> {
  const { artifact, buildId, labels, defaultLabels } = request;
  const { repositoryId, path, commit, contentDigest } = identityOf(labels);
  const name = artifact.service.name;
  const tags: Record<string, string | undefined> = {
    Name: `${name}:${artifact.version}`,
    [serviceTag]: name,
    [versionTag]: artifact.version,
    [buildTag]: buildId,
    [keys.commit]: commit,
    [keys.repositoryId]: repositoryId?.toString(),
    [keys.path]: path,
    [keys.contentDigest]: contentDigest,
    [keys.source]: labels['org.opencontainers.image.source'],
    [keys.pullRequest]: defaultLabels['org.opencontainers.image.url'],
  };
  const given = Object.entries(tags).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(given.map(([key, value]) => [key, value.slice(0, longest)]));
}

/** Whose a machine image says that it is. */
export function identityOfTags(tags: Readonly<Record<string, string>>): {
  readonly identity: Identity;
  readonly sourceUrl: string;
} {
  const { [keys.commit]: commit, [keys.path]: path, [keys.contentDigest]: contentDigest } = tags;
  const repositoryId = Number(tags[keys.repositoryId]);
  return {
    identity: {
      ...(Number.isSafeInteger(repositoryId) && repositoryId > 0 ? { repositoryId } : {}),
      ...(path ? { path } : {}),
      ...(commit ? { commit } : {}),
      ...(contentDigest ? { contentDigest } : {}),
    },
    sourceUrl: tags[keys.source] ?? '',
  };
}

/** The filters that find a version. */
export const versionFilters = ({ service, version }: Artifact) => [
  { Name: `tag:${serviceTag}`, Values: [service.name] },
  { Name: `tag:${versionTag}`, Values: [version] },
];
