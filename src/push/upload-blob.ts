import { SlipwayError } from '../errors.ts';
import type { Request } from './create-requester.ts';
import { type Line, send } from './send.ts';
import { sha256 } from './sha256.ts';

/**
 * Uploads a small blob (OCI Distribution Spec 1.1, "POST then PUT"); gives its digest. The address that the registry names
 * for it may be relative, on another host, and already carry a query.
 */
export async function uploadBlob(
  request: Request,
  line: Line,
  { repository, bytes, signal }: { repository: string; bytes: Uint8Array; signal: AbortSignal },
): Promise<string> {
  const digest = sha256(bytes);
  const scopes = [`repository:${repository}:pull,push`];
  const doing = `uploading a blob to ${repository}`;
  const opened = await request({ method: 'POST', path: `/v2/${repository}/blobs/uploads/`, scopes, doing, signal });
  if (opened.status !== 202) throw await opened.fail();
  await opened.sum();
  const url = URL.parse(opened.headers.get('location') ?? '', opened.url.href);
  if (url === null) throw new SlipwayError('registry-failed', `The registry named no address while ${doing}.`);
  url.searchParams.append('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  // The scheme is not looked at on the registry's own host: a registry behind a proxy that ends TLS writes `http:`.
  const own = url.host === opened.url.host;
  if (!own && url.protocol !== 'https:') {
    throw new SlipwayError(
      'registry-untrusted',
      `The registry ${opened.url.host} takes blobs at ${url.protocol}//${url.host}: expected an https address.`,
      { help: 'Let the registry name its storage by an https address, or take blobs itself.' },
    );
  }
  const answer = own
    ? await request({ method: 'PUT', path: url.pathname + url.search, scopes, headers, body: bytes, doing, signal })
    : // Credentials are for the registry alone.
      await send(line, { method: 'PUT', url, headers, body: bytes, doing, signal });
  if (answer.status !== 201) throw await answer.fail();
  await answer.sum();
  return digest;
}
