import type { Identity } from './build-terms.ts';

const revision = 'org.opencontainers.image.revision';
const keys = {
  repositoryId: 'dev.slipway.repository-id',
  path: 'dev.slipway.path',
  commit: 'dev.slipway.commit',
  contentDigest: 'dev.slipway.content-digest',
} as const;

/** Label that names the build an image comes from. */
export const buildLabel = 'dev.slipway.build';

/**
 * The labels that are always ours. All keys are there, with an empty value where nothing is known: a base image that
 * Slipway published too would else hand its own identity down to the image built on it.
 */
export function identityLabels(options: {
  readonly identity: Identity;
  readonly buildId: string;
  readonly version: string;
  /** Address of the repository for people; empty for a folder. */
  readonly sourceUrl: string;
}): Record<string, string> {
  const { repositoryId, path = '', commit = '', contentDigest = '' } = options.identity;
  return {
    [revision]: commit,
    'org.opencontainers.image.version': options.version,
    'org.opencontainers.image.source': options.sourceUrl,
    [keys.repositoryId]: repositoryId === undefined ? '' : String(repositoryId),
    [keys.path]: path,
    [keys.commit]: commit,
    [keys.contentDigest]: contentDigest,
    [buildLabel]: options.buildId,
  };
}

/** Whose an image says that it is. A label that is empty or makes no sense counts as absent. */
export function identityOf(labels: Readonly<Record<string, string>>): Identity {
  const repositoryId = Number(labels[keys.repositoryId]);
  const { [keys.path]: path, [keys.contentDigest]: contentDigest } = labels;
  const commit = labels[keys.commit] || labels[revision];
  return {
    ...(Number.isSafeInteger(repositoryId) && repositoryId > 0 ? { repositoryId } : {}),
    ...(path ? { path } : {}),
    ...(commit ? { commit } : {}),
    ...(contentDigest ? { contentDigest } : {}),
  };
}

/**
 * Whether two images come from the same source: repository, folder and commit; for a folder without a repository, its
 * content. Images that say nothing are never the same.
 */
export function sameIdentity(one: Identity, other: Identity): boolean {
  if (one.repositoryId !== other.repositoryId) return false;
  if (one.repositoryId === undefined) {
    return one.contentDigest !== undefined && one.contentDigest === other.contentDigest;
  }
  return one.commit !== undefined && one.commit === other.commit && one.path === other.path;
}
