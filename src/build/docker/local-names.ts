import { createHash } from 'node:crypto';

/**
 * Names that Slipway gives to images on the engine, none of which is ever pushed.
 * See docs/decisions/0005-images-on-the-engine.md.
 */
const buildRepository = 'slipway-build';
const cachePrefix = 'slipway-cache/';

/** Keeps a finished image, by whatever its build is called, until `discard`. */
export const buildName = (buildId: string): string => `${buildRepository}:${buildId}`;

/** Names of what the classic builder needs to find its cache again, one for each stage. */
export function cacheRepository(service: string): string {
  // The whole name may have 255 characters, `docker.io/` included.
  const fits = cachePrefix.length + service.length <= 240;
  return cachePrefix + (fits ? service : createHash('sha256').update(service).digest('hex'));
}

/** Whether a name keeps the classic builder's cache. */
export const isCacheName = (name: string): boolean => name.startsWith(cachePrefix);

/** The build for whose sake a name was given; undefined for any other name. */
export const buildIdOf = (name: string): string | undefined =>
  isBuildName(name) ? name.slice(name.lastIndexOf(':') + 1) : undefined;

/** Whether a name was given for the sake of one build: by `build`, or by a push to staging that did not end. */
export function isBuildName(name: string): boolean {
  return name.startsWith(`${buildRepository}:`) || /(?:^|\/)slipway-staging:[^/]*$/.test(name);
}
