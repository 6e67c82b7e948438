import { createHmac, randomUUID } from 'node:crypto';

export const webhookSecret = 'a secret of the tests';

/** The headers of a delivery as GitHub sends them, signed over the exact bytes. */
export function signDelivery(
  body: string | Buffer,
  given: { readonly event?: string; readonly id?: string; readonly secret?: string } = {},
): Record<string, string> {
  const { event = 'pull_request', id = randomUUID(), secret = webhookSecret } = given;
  const signature = (algorithm: string) => createHmac(algorithm, secret).update(body).digest('hex');
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/4f7c2a1',
    'x-github-delivery': id,
    'x-github-event': event,
    'x-github-hook-id': '123456',
    'x-github-hook-installation-target-id': '1',
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': `sha1=${signature('sha1')}`,
    'x-hub-signature-256': `sha256=${signature('sha256')}`,
  };
}
