import semver from 'semver';

/** What of a service is in the registry: one manifest, and the tags on it. */
export type TaggedImage = {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Digests of the manifests that it names, where it is an index. */
  readonly names: readonly string[];
  /** Undefined: it says no time, or none that can be true. */
  readonly createdAt?: Date;
};

/** A version is kept when either keeps it; absent: keeps none. */
export type PrunePolicy = {
  /** So many of the newest versions, by the order of SemVer 2.0.0. */
  readonly keep?: number;
  /** Milliseconds. */
  readonly keepWithin?: number;
};

export type PrunedTag = {
  readonly tag: string;
  readonly digest: string;
  /** Why it stays, for people; absent where it is removed. */
  readonly kept?: string;
};

export type PrunePlan = {
  /** Every tag, versions first, the newest first. */
  readonly tags: readonly PrunedTag[];
  /** Digests to delete, in this order: what follows an image goes before it, so that a stop in between leaves no orphans. */
  readonly remove: readonly string[];
};

/** The tags by which signatures, attestations and other referrers hang on an image (cosign; OCI Distribution Spec 1.1). */
const followerTag = /^sha256-([0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/;

const isVersion = (tag: string): boolean => semver.parse(tag)?.version === tag;

const followed = (tag: string): string | undefined => {
  const hex = followerTag.exec(tag)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
};

/**
 * What of a service goes and what stays. A registry deletes by digest, which takes **every** tag of it: so a digest goes
 * only when nothing keeps any of its tags. The newest version and the newest release stay whatever the policy says, and so
 * does every tag that is neither a version nor a follower: an alias, or a name that somebody gave by hand.
 */
export function planPrune(images: readonly TaggedImage[], policy: PrunePolicy, now: Date): PrunePlan {
  const byVersion = reasonsByPolicy(images, policy, now);
  const known = new Set(images.map(({ digest }) => digest));
  /** Why each tag stays by itself. */
  const ownReason = (tag: string): string | undefined => {
    if (isVersion(tag)) return byVersion.get(tag);
    const subject = followed(tag);
    if (subject === undefined) return 'it is no version';
    return known.has(subject) ? undefined : 'the image that it follows has no tag';
  };
  const kept = new Map<string, string>();
  for (const { digest, tags } of images) {
    const holder = tags.find((tag) => ownReason(tag) !== undefined);
    if (holder !== undefined) kept.set(digest, `shares its digest with ${holder}`);
  }
  spread(images, kept);
  const rows = images.flatMap(({ digest, tags }) =>
    tags.map((tag) => {
      const reason = ownReason(tag) ?? kept.get(digest);
      return reason === undefined ? { tag, digest } : { tag, digest, kept: reason };
    }),
  );
  const isFollower = ({ tags }: TaggedImage): boolean => tags.every((tag) => followed(tag) !== undefined);
  const gone = images.filter(({ digest }) => !kept.has(digest));
  const remove = [...gone.filter(isFollower), ...gone.filter((image) => !isFollower(image))];
  return { tags: rows.sort(inOrder), remove: remove.map(({ digest }) => digest) };
}

/** What stays keeps what it names, and what follows it. */
function spread(images: readonly TaggedImage[], kept: Map<string, string>): void {
  for (let before = -1; before !== kept.size; ) {
    before = kept.size;
    for (const { digest, tags, names } of images) {
      const subject = tags.map(followed).find((each) => each !== undefined && kept.has(each));
      if (subject !== undefined && !kept.has(digest)) kept.set(digest, 'follows an image that stays');
      if (!kept.has(digest)) continue;
      for (const named of names) {
        if (!kept.has(named)) kept.set(named, `is a part of ${tags[0]}`);
      }
    }
  }
}

function reasonsByPolicy(images: readonly TaggedImage[], { keep, keepWithin }: PrunePolicy, now: Date) {
  const createdAt = new Map(images.flatMap((image) => image.tags.map((tag) => [tag, image.createdAt] as const)));
  const versions = semver.rsort([...createdAt.keys()].filter(isVersion));
  const release = versions.find((version) => semver.prerelease(version) === null);
  const reasons = new Map<string, string>();
  for (const [index, version] of versions.entries()) {
    const created = createdAt.get(version);
    if (index === 0) reasons.set(version, 'it is the newest');
    else if (version === release) reasons.set(version, 'it is the newest release');
    else if (keep !== undefined && index < keep) reasons.set(version, `it is among the ${keep} newest`);
    else if (keepWithin === undefined) continue;
    else if (created === undefined) reasons.set(version, 'its age is not known');
    else if (now.getTime() - created.getTime() <= keepWithin) reasons.set(version, 'it is young enough');
  }
  return reasons;
}

function inOrder({ tag: one }: PrunedTag, { tag: other }: PrunedTag): number {
  if (isVersion(one) && isVersion(other)) return semver.rcompare(one, other);
  if (isVersion(one) !== isVersion(other)) return isVersion(one) ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}
