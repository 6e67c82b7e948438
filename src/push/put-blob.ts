import { SlipwayError } from '../errors.ts';
import type { Request } from './create-requester.ts';
import { sha256 } from './sha256.ts';

/**
 * Uploads a small blob in one request (OCI Distribution Spec 1.1, "POST then PUT").
 *
 * @returns its digest
 * @throws {SlipwayError} `unsupported` where the registry wants it on another host, which gets no credentials
 */
export async function putBlob(
  request: Request,
  repository: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<string> {
  const digest = sha256(bytes);
  const scopes = [`repository:${repository}:pull,push`];
  const doing = `putting a blob into ${repository}`;
  const answer = await request({ method: 'POST', path: `/v2/${repository}/blobs/uploads/`, scopes, doing, signal });
  if (answer.status !== 202) throw await answer.fail();
  await answer.sum();
  const upload = URL.parse(answer.headers.get('location') ?? '', answer.url.href);
  if (upload === null || upload.origin !== answer.url.origin) {
    throw new SlipwayError('unsupported', `The registry ${answer.url.host} takes uploads on another host.`);
  }
  upload.searchParams.set('digest', digest);
  const path = upload.pathname + upload.search;
  const headers = { 'content-type': 'application/octet-stream' };
  const put = await request({ method: 'PUT', path, scopes, headers, body: bytes, doing, signal });
  if (put.status !== 201) throw await put.fail();
  await put.sum();
  return digest;
}
