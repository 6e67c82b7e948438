import { z } from 'zod';
import { indexTypes } from './media-types.ts';
import { parseJson } from './parse-json.ts';
import type { Manifest } from './registry.ts';

const descriptor = z.object({ digest: z.string(), size: z.number().nonnegative() });
const platform = z.object({ os: z.string().optional() });
const indexSchema = z.object({ manifests: z.array(descriptor.extend({ platform: platform.optional() })) });
const imageSchema = z.object({ config: descriptor, layers: z.array(descriptor) });

type Descriptor = z.infer<typeof descriptor>;

export type Contents =
  /** Digests of the manifests that it names; `image` is the first one that runs somewhere (attestations do not). */
  | { readonly kind: 'index'; readonly manifests: readonly string[]; readonly image: string | undefined }
  | { readonly kind: 'image'; readonly config: Descriptor; readonly layers: readonly Descriptor[] };

/**
 * What a manifest holds (OCI Image Spec 1.1; Docker's schema 2 has the same shape).
 *
 * @throws {SlipwayError} `registry-failed`
 */
export function parseManifest(manifest: Manifest): Contents {
  const doing = `reading the manifest ${manifest.digest}`;
  if (!indexTypes.some((type) => type === manifest.mediaType)) {
    return { kind: 'image', ...parseJson(manifest.bytes, imageSchema, doing) };
  }
  const { manifests } = parseJson(manifest.bytes, indexSchema, doing);
  return {
    kind: 'index',
    manifests: manifests.map(({ digest }) => digest),
    image: manifests.find((each) => each.platform?.os !== 'unknown')?.digest,
  };
}
