import type { Request } from './create-requester.ts';
import { checkDigest, sha256 } from './sha256.ts';

/** Enough for every image configuration; layers are never read here. */
const mostBytes = 8 * 2 ** 20;

/** A small blob (8 MiB at most), its bytes checked against the digest. */
export async function getBlob(
  request: Request,
  repository: string,
  digest: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const answer = await request({
    method: 'GET',
    path: `/v2/${repository}/blobs/${digest}`,
    scopes: [`repository:${repository}:pull`],
    doing: `reading the blob ${digest} of ${repository}`,
    signal,
  });
  if (answer.status !== 200) throw await answer.fail();
  const bytes = await answer.read(mostBytes);
  checkDigest(sha256(bytes), digest, `a blob of ${repository}`);
  return bytes;
}
