import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export type ImageOptions = {
  readonly labels?: Readonly<Record<string, string>>;
  /** Content of one file for each layer; default one layer of random content. */
  readonly layers?: readonly string[];
  /** OCI's media types in place of Docker's. */
  readonly oci?: boolean;
};

export type PutImage = {
  readonly digest: string;
  readonly manifest: Buffer;
  readonly mediaType: string;
  readonly config: Buffer;
  /** Digests of config and layers. */
  readonly blobs: readonly string[];
  /** Compressed bytes of config and layers. */
  readonly size: number;
};

async function layerOf(content: string): Promise<{ tar: Buffer; bytes: Buffer }> {
  const archive = pack();
  archive.entry({ name: 'content.txt', mtime: new Date(0) }, content);
  archive.finalize();
  const tar = await buffer(archive);
  return { tar, bytes: gzipSync(tar) };
}

async function expectStatus(answer: Promise<Response>, status: number): Promise<Response> {
  const response = await answer;
  if (response.status !== status) {
    throw new Error(`expected ${status} of ${response.url}, found ${response.status}: ${await response.text()}`);
  }
  return response;
}

/** Uploads a blob to an open registry. `url` is the registry's, `http://127.0.0.1:5000`. */
export async function putBlob(url: string, repository: string, bytes: Buffer): Promise<string> {
  const digest = digestOf(bytes);
  const session = await expectStatus(fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' }), 202);
  const location = new URL(session.headers.get('location') ?? '', url);
  location.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  await expectStatus(fetch(location, { method: 'PUT', headers, body: new Uint8Array(bytes) }), 201);
  return digest;
}

/** Puts a manifest under a tag or its digest into an open registry. */
export async function putManifest(
  url: string,
  repository: string,
  reference: string,
  mediaType: string,
  bytes: Buffer,
): Promise<string> {
  const headers = { 'content-type': mediaType };
  const request = { method: 'PUT', headers, body: new Uint8Array(bytes) };
  await expectStatus(fetch(`${url}/v2/${repository}/manifests/${reference}`, request), 201);
  return digestOf(bytes);
}

/** Makes a small image and puts it into an open registry over its HTTP API. */
export async function putImage(
  url: string,
  repository: string,
  tag: string,
  options: ImageOptions = {},
): Promise<PutImage> {
  const layers = await Promise.all((options.layers ?? [randomBytes(64).toString('hex')]).map(layerOf));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: options.labels ?? null },
      rootfs: { type: 'layers', diff_ids: layers.map(({ tar }) => digestOf(tar)) },
    }),
  );
  const types = options.oci
    ? { image: 'application/vnd.oci.image.manifest.v1+json', config: 'application/vnd.oci.image.config.v1+json' }
    : {
        image: 'application/vnd.docker.distribution.manifest.v2+json',
        config: 'application/vnd.docker.container.image.v1+json',
      };
  const layerType = options.oci
    ? 'application/vnd.oci.image.layer.v1.tar+gzip'
    : 'application/vnd.docker.image.rootfs.diff.tar.gzip';
  const describe = (mediaType: string, bytes: Buffer) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.image,
      config: describe(types.config, config),
      layers: layers.map(({ bytes }) => describe(layerType, bytes)),
    }),
  );
  const contents = [config, ...layers.map(({ bytes }) => bytes)];
  const blobs = await Promise.all(contents.map((bytes) => putBlob(url, repository, bytes)));
  const digest = await putManifest(url, repository, tag, types.image, manifest);
  const size = contents.reduce((sum, bytes) => sum + bytes.length, 0);
  return { digest, manifest, mediaType: types.image, config, blobs, size };
}
