import type { Request } from './create-requester.ts';

/** Whether the registry answers and takes our credentials (OCI Distribution Spec 1.1, "Determining Support"). */
export async function ping(request: Request, signal: AbortSignal): Promise<void> {
  const answer = await request({
    method: 'GET',
    path: '/v2/',
    scopes: [],
    doing: 'looking whether it is there',
    signal,
  });
  if (answer.status !== 200) throw await answer.fail();
  await answer.sum();
}
