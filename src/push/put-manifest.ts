import type { Request } from './create-requester.ts';
import type { Manifest } from './registry.ts';
import { sha256 } from './sha256.ts';

/** Puts a manifest under a tag or its digest; gives the digest that the registry keeps it under. */
export async function putManifest(
  request: Request,
  repository: string,
  reference: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<string> {
  const answer = await request({
    method: 'PUT',
    path: `/v2/${repository}/manifests/${reference}`,
    scopes: [`repository:${repository}:pull,push`],
    headers: { 'content-type': manifest.mediaType },
    body: manifest.bytes,
    doing: `putting the manifest ${reference} into ${repository}`,
    signal,
  });
  if (answer.status !== 201) throw await answer.fail();
  await answer.sum();
  return answer.headers.get('docker-content-digest') ?? sha256(manifest.bytes);
}
