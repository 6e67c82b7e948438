import { SlipwayError } from '../errors.ts';
import { inParallel } from './in-parallel.ts';
import { indexTypes } from './media-types.ts';
import { parseManifest } from './parse-manifest.ts';
import { type ImageFacts, readImage } from './read-image.ts';
import type { Manifest, Registry } from './registry.ts';

/** One manifest of a repository with every tag that is on it. */
export type ListedImage = {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Digests of the manifests that it names, where it is an index. */
  readonly names: readonly string[];
  /** When it was made or its source committed, whichever is later; undefined where it says neither. */
  readonly createdAt?: Date;
};

/** Requests at once: enough for hundreds of tags in a second, and no burden on a small registry. */
const atOnce = 8;

/** `createdAt` is read only where it is asked for: it takes a request more for each image. */
type Options = { readonly name: string; readonly withTimes: boolean; readonly signal: AbortSignal };

/**
 * Everything that is tagged in a repository, by digest; none where the registry does not know it. A tag that goes away
 * meanwhile is left out.
 *
 * @throws {SlipwayError} as the registry's verbs
 */
export async function listImages(
  registry: Registry,
  { name, withTimes, signal }: Options,
): Promise<readonly ListedImage[]> {
  const tagsOf = new Map<string, string[]>();
  await inParallel(await registry.tags(name, signal), atOnce, async (tag) => {
    const digest = await registry.digest(name, tag, signal);
    if (digest === undefined) return;
    const tags = tagsOf.get(digest) ?? [];
    tagsOf.set(digest, tags);
    tags.push(tag);
  });
  const images: ListedImage[] = [];
  await inParallel(tagsOf, atOnce, async ([digest, tags]) => {
    const manifest = await registry.manifest(name, digest, signal);
    if (manifest === undefined) return;
    const createdAt = withTimes ? await timeOf(registry, name, manifest, signal) : undefined;
    images.push({
      digest,
      tags: tags.sort(),
      names: namesOf(manifest),
      ...(createdAt === undefined ? {} : { createdAt }),
    });
  });
  return images;
}

function namesOf(manifest: Manifest): readonly string[] {
  // What is no index names nothing, and may be an artifact of any shape.
  if (!indexTypes.some((type) => type === manifest.mediaType)) return [];
  const contents = parseManifest(manifest);
  return contents.kind === 'index' ? contents.manifests : [];
}

async function timeOf(registry: Registry, name: string, manifest: Manifest, signal: AbortSignal) {
  let facts: ImageFacts;
  try {
    facts = await readImage(registry, name, manifest, signal);
  } catch (error) {
    // An artifact of another shape, or a damaged one: it has no time that could be read.
    if (error instanceof SlipwayError && error.code === 'registry-failed') return undefined;
    throw error;
  }
  const told = [facts.created, facts.labels['org.opencontainers.image.created']].map((text) => Date.parse(text ?? ''));
  // Builds that can be repeated say the beginning of time, which is no time at all.
  const latest = Math.max(...told.filter((time) => time > 0));
  return Number.isFinite(latest) ? new Date(latest) : undefined;
}
