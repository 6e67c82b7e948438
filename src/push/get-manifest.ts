import { z } from 'zod';
import type { Request } from './create-requester.ts';
import { acceptManifests } from './media-types.ts';
import { parseJson } from './parse-json.ts';
import type { Manifest } from './registry.ts';
import { checkDigest, sha256 } from './sha256.ts';

/** The OCI Distribution Spec 1.1 asks registries to take manifests of up to 4 MiB. */
const mostBytes = 4 * 2 ** 20;

const typeSchema = z.object({ mediaType: z.string().optional() });

/** A manifest by tag or digest, its bytes checked against the digest; undefined where there is none. */
export async function getManifest(
  request: Request,
  repository: string,
  reference: string,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  const doing = `reading the manifest ${reference} of ${repository}`;
  const answer = await request({
    method: 'GET',
    path: `/v2/${repository}/manifests/${reference}`,
    scopes: [`repository:${repository}:pull`],
    headers: { accept: acceptManifests },
    doing,
    signal,
  });
  if (answer.status === 404) {
    await answer.sum();
    return undefined;
  }
  if (answer.status !== 200) throw await answer.fail();
  const bytes = await answer.read(mostBytes);
  const digest = sha256(bytes);
  const what = `the manifest ${reference} of ${repository}`;
  if (reference.includes(':')) checkDigest(digest, reference, what);
  const told = answer.headers.get('docker-content-digest');
  if (told?.startsWith('sha256:')) checkDigest(digest, told, what);
  const { mediaType } = parseJson(bytes, typeSchema, doing);
  const type = answer.headers.get('content-type')?.split(';')[0]?.trim();
  return { digest, mediaType: mediaType ?? type ?? '', bytes };
}
