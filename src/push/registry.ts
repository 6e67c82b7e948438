import type { Identity } from '../build-terms.ts';

export type Manifest = { readonly digest: string; readonly mediaType: string; readonly bytes: Uint8Array };

/** Who stands behind a version that is in the registry. */
export type PublishedVersion = {
  readonly digest: string;
  /** Compressed bytes of config and layers. */
  readonly size: number;
  readonly identity: Identity;
  readonly labels: Readonly<Record<string, string>>;
};

/**
 * A client of the OCI Distribution Spec 1.1, as thin as our use of it. `name` is a repository without the prefix
 * (`orders`, `slipway-staging`); the client adds the prefix. Rejects with `SlipwayError`: `registry-unavailable`
 * (transient), `registry-refused` (credentials), `registry-untrusted` (TLS), `registry-failed`.
 */
export type Registry = {
  readonly host: string;
  /** `` or `team/`. */
  readonly prefix: string;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  /** `registry.lan:5000/team/orders:1.0.0`, what people pull. */
  reference(name: string, tagOrDigest: string): string;
  tags(name: string, signal: AbortSignal): Promise<readonly string[]>;
  digest(name: string, reference: string, signal: AbortSignal): Promise<string | undefined>;
  manifest(name: string, reference: string, signal: AbortSignal): Promise<Manifest | undefined>;
  blob(name: string, digest: string, signal: AbortSignal): Promise<Uint8Array>;
  /** False when the registry cannot mount. */
  mountBlob(name: string, from: string, digest: string, signal: AbortSignal): Promise<boolean>;
  /** For small blobs; gives the digest. The layers of images are pushed by the engine. */
  uploadBlob(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<string>;
  putManifest(name: string, reference: string, manifest: Manifest, signal: AbortSignal): Promise<string>;
  /** False when the registry refuses deletes. */
  deleteManifest(name: string, digest: string, signal: AbortSignal): Promise<boolean>;
  /** Whether it answers and takes our credentials. */
  ping(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};
