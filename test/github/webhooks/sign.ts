import { createHmac, randomUUID } from 'node:crypto';
import type { State } from '../state.ts';

/** A webhook as it goes over the wire: the signature is over exactly these bytes. */
export type SignedWebhook = { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> };

export type SignOptions = {
  /** A new one where absent. */
  readonly guid?: string;
  /** The App's own where absent. */
  readonly secret?: string;
};

/**
 * @param content an object becomes JSON as GitHub writes it; bytes and text are signed as they are, however hostile
 */
export function signWebhook(state: State, event: string, content: unknown, options: SignOptions = {}): SignedWebhook {
  const raw = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
  const body = Buffer.from(raw);
  const secret = options.secret ?? state.hook.secret;
  const signature = (algorithm: string) => `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
  return {
    body,
    headers: {
      'User-Agent': 'GitHub-Hookshot/8b0e4a7',
      Accept: '*/*',
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      'X-GitHub-Delivery': options.guid ?? randomUUID(),
      'X-GitHub-Event': event,
      'X-GitHub-Hook-ID': String(state.hook.id),
      'X-GitHub-Hook-Installation-Target-ID': String(state.appId),
      'X-GitHub-Hook-Installation-Target-Type': 'integration',
      'X-Hub-Signature': signature('sha1'),
      'X-Hub-Signature-256': signature('sha256'),
    },
  };
}
