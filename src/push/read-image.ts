import { z } from 'zod';
import { SlipwayError } from '../errors.ts';
import { parseManifest } from './parse-manifest.ts';
import type { Manifest, Registry } from './registry.ts';

const configSchema = z.object({
  created: z.string().optional(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

export type ImageFacts = {
  /** Compressed bytes of config and layers. */
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
  /** When it was built, as the builder wrote it. */
  readonly created?: string | undefined;
};

/**
 * Size and labels of an image; of an index's first platform. The labels of what is no image are empty.
 *
 * @throws {SlipwayError} as the registry's verbs
 */
export async function readImage(
  registry: Registry,
  name: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<ImageFacts> {
  const contents = parseManifest(manifest);
  if (contents.kind === 'image') {
    const { config, layers } = contents;
    const size = layers.reduce((sum, layer) => sum + layer.size, config.size);
    return { size, ...factsOf(await registry.blob(name, config.digest, signal)) };
  }
  if (contents.image === undefined) return { size: 0, labels: {} };
  const image = await registry.manifest(name, contents.image, signal);
  if (image === undefined || parseManifest(image).kind === 'index') {
    const found = image === undefined ? 'nothing' : 'another index';
    throw new SlipwayError(
      'registry-failed',
      `The index ${manifest.digest} of ${name} names an image ${contents.image}: expected its manifest, found ${found}.`,
    );
  }
  return await readImage(registry, name, image, signal);
}

/** Configurations of other artifacts (charts, attestations) may be anything. */
function factsOf(bytes: Uint8Array): Pick<ImageFacts, 'labels' | 'created'> {
  try {
    const { created, config } = configSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return { labels: config?.Labels ?? {}, created };
  } catch {
    return { labels: {} };
  }
}
