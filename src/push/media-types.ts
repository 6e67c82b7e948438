/** Indexes: manifests that name other manifests, one for each platform. */
export const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
] as const;

/** What we take. All four: a registry converts for a client that leaves one out, and the digest is another one. */
export const acceptManifests = [
  ...indexTypes,
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
