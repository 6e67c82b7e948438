import type { Request } from './create-requester.ts';
import { getManifest } from './get-manifest.ts';
import { acceptManifests } from './media-types.ts';

/** Digest of a manifest by tag or digest, without its content; undefined where there is none. */
export async function headManifest(
  request: Request,
  repository: string,
  reference: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await request({
    method: 'HEAD',
    path: `/v2/${repository}/manifests/${reference}`,
    scopes: [`repository:${repository}:pull`],
    headers: { accept: acceptManifests },
    doing: `looking for ${reference} in ${repository}`,
    signal,
  });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw await answer.fail();
  // The spec does not oblige a registry to tell it in a header.
  return (
    answer.headers.get('docker-content-digest') ?? (await getManifest(request, repository, reference, signal))?.digest
  );
}
