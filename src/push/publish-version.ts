import type { Staged } from '../build-terms.ts';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { copyContents } from './copy-contents.ts';
import { readImage } from './read-image.ts';
import { readStaged } from './read-staged.ts';
import type { Manifest, Registry } from './registry.ts';
import { removeStaged } from './remove-staged.ts';
import { checkDigest } from './sha256.ts';
import { versionTaken } from './version-taken.ts';

export type VersionToPublish = {
  readonly name: string;
  readonly version: string;
  readonly staged: Staged;
  /** False where it was staged a moment ago, so that no earlier try can have published it; then it is asked for only at the end. */
  readonly mayBeThere?: boolean;
  /**
   * Asked once everything is ready: whether the lease stands and nobody cancelled. After true, the signal is not obeyed
   * any more: the version is published, or the registry failed.
   */
  mayPublish(): Promise<boolean>;
  /** Pushes the same image to `name:version`, for a registry that cannot mount blobs. */
  fallbackPush?(): Promise<void>;
  readonly signal: AbortSignal;
  readonly log: Log;
};

export type VersionPublished = {
  readonly digest: string;
  /** Compressed bytes of config and layers. */
  readonly size: number;
  /** False when an earlier try had published it. */
  readonly published: boolean;
};

/**
 * Makes a version of what was staged. The version appears by one request at the end, or not at all, and is never
 * overwritten; after a crash at any point the same call goes on.
 *
 * @throws {SlipwayError} `version-taken`, `cancelled`, `digest-mismatch`, and all of the registry's verbs
 */
export async function publishVersion(registry: Registry, options: VersionToPublish): Promise<VersionPublished> {
  const { name, version, staged, mayBeThere = true, signal, log } = options;
  const from = stagingName(registry, staged);
  const { digest } = staged;

  const finish = async (manifest: Manifest, published: boolean): Promise<VersionPublished> => {
    const { size, labels } = await readImage(registry, name, manifest, published ? unstoppable() : signal);
    await removeStaged(registry, { from, staged, labels, signal, log });
    return { digest, size, published };
  };

  // Asked at the same time; of a version that is there already, staging may hold nothing any more.
  const reading = readStaged(registry, from, staged, signal);
  reading.catch(() => undefined);
  const already = mayBeThere ? await findOurs(registry, options, signal) : undefined;
  if (already !== undefined) return await finish(already, false);

  const manifest = await reading;
  const mounted = await copyContents(registry, { from, name, manifest, signal });
  if (!mounted && options.fallbackPush === undefined) {
    throw new SlipwayError('registry-failed', `The registry cannot mount blobs of ${from} in ${name}.`);
  }
  if (!(await options.mayPublish())) {
    throw new SlipwayError('cancelled', `Cancelled before \`${name}:${version}\` was published.`);
  }

  // Mounting and asking took time in which another worker may have published.
  const late = await findOurs(registry, options, unstoppable());
  if (late !== undefined) return await finish(late, false);
  if (mounted) await registry.putManifest(name, version, manifest, unstoppable());
  else await options.fallbackPush?.();
  const found = await registry.digest(name, version, unstoppable());
  checkDigest(found ?? 'nothing', digest, `\`${name}:${version}\` in the registry`);
  log.info({ reference: registry.reference(name, version), digest }, 'published');
  return await finish(manifest, true);
}

const unstoppable = (): AbortSignal => new AbortController().signal;

/** The version's manifest when it is what we staged; undefined when the version is free. */
async function findOurs(
  registry: Registry,
  options: VersionToPublish,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  const { name, version, staged } = options;
  const found = await registry.digest(name, version, signal);
  if (found === undefined) return undefined;
  const manifest = found === staged.digest ? await registry.manifest(name, found, signal) : undefined;
  if (manifest === undefined) throw await versionTaken(registry, { name, version, signal });
  return manifest;
}

/** The registry's verbs take names without the prefix; what was staged names its repository with it. */
function stagingName(registry: Registry, { repository }: Staged): string {
  if (repository.startsWith(registry.prefix)) return repository.slice(registry.prefix.length);
  throw new SlipwayError(
    'registry-failed',
    `Expected the staged image below ${registry.prefix}, found it in ${repository}: REGISTRY has changed since.`,
    { help: 'Rebuild.' },
  );
}
