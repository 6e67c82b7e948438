import type { Settings } from '../../settings.ts';
import { isUnreachable } from '../is-unreachable.ts';
import { type Check, fails, ok, warning } from './check.ts';

type Door = Pick<Settings, 'publicUrl' | 'port' | 'webhookProxyUrl'>;

/** Base of every link, with the default of the server. */
export const publicUrlOf = ({ publicUrl, port }: Pick<Door, 'publicUrl' | 'port'>): string =>
  publicUrl ?? `http://localhost:${port}`;

/** Whether GitHub gets through to the server, as far as it can be seen from here. */
export const checkPublicUrl = (read: () => Door): Check => ({
  name: 'public URL',
  after: 'settings',
  async run(signal) {
    const settings = read();
    const url = publicUrlOf(settings);
    if (isUnreachable(url)) {
      return settings.webhookProxyUrl === undefined
        ? fails(
            `${url} is this machine: GitHub cannot send webhooks there`,
            'Set PUBLIC_URL, or WEBHOOK_PROXY_URL to a smee channel.',
          )
        : ok(`${url}, with webhooks by ${settings.webhookProxyUrl}; links work on this machine only`);
    }
    if (new URL(url).protocol !== 'https:') {
      return warning(
        `${url} is not encrypted`,
        'Put a reverse proxy with a certificate before Slipway, and https into PUBLIC_URL.',
      );
    }
    const healthz = `${url}/healthz`;
    const status = await fetch(healthz, { signal, redirect: 'manual' }).then(
      async (response) => {
        await response.body?.cancel();
        return `answers ${response.status}`;
      },
      (error: unknown) => `does not answer (${reasonOf(error)})`,
    );
    if (status === 'answers 200') return ok(`${url} answers`);
    return warning(
      `${healthz} ${status} from here`,
      'Right while the server is stopped, or where this machine does not see its own public address; else look at the reverse proxy.',
    );
  },
});

/** fetch says only "fetch failed" and keeps the reason as its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error instanceof Error ? error.message : String(error);
}
