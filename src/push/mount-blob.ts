import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Request } from './create-requester.ts';
import type { Answer } from './send.ts';

export type Mount = {
  readonly repository: string;
  /** Repository of the same registry that has the blob. */
  readonly from: string;
  readonly digest: string;
  readonly signal: AbortSignal;
};

/** These say nothing about mounting: the same would be said to a push. */
const failures = new Set([401, 403, 408, 429]);

/** Makes a blob of one repository known in another one without carrying it; false where the registry does not do that. */
export async function mountBlob(request: Request, mount: Mount, log: Log): Promise<boolean> {
  const { repository, from, digest, signal } = mount;
  const scopes = [`repository:${repository}:pull,push`, `repository:${from}:pull`];
  const path = `/v2/${repository}/blobs/uploads/?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
  const doing = `mounting a blob of ${from} in ${repository}`;
  const answer = await request({ method: 'POST', path, scopes, doing, signal });
  if (answer.status === 201) {
    await answer.sum();
    return true;
  }
  if (answer.status === 202) {
    await answer.sum();
    await cancelUpload(request, mount, answer, log);
    return false;
  }
  if (answer.status < 400 || answer.status >= 500 || failures.has(answer.status)) throw await answer.fail();
  await answer.sum();
  return false;
}

/** The registry opened an upload in place of the mount. It ends by itself some day: closing it is only tidy. */
async function cancelUpload(request: Request, mount: Mount, answer: Answer, log: Log): Promise<void> {
  const { repository, signal } = mount;
  const upload = URL.parse(answer.headers.get('location') ?? '', answer.url.href);
  // An upload on another host is none of the registry's own addresses: no credentials go there.
  if (upload === null || upload.origin !== answer.url.origin) return;
  const scopes = [`repository:${repository}:pull,push`];
  const doing = `closing an upload in ${repository}`;
  try {
    const path = upload.pathname + upload.search;
    await (await request({ method: 'DELETE', path, scopes, doing, signal })).sum();
  } catch (error) {
    if (!(error instanceof SlipwayError) || signal.aborted) throw error;
    log.debug({ err: error }, 'an upload stays open until the registry ends it');
  }
}
