import { z } from 'zod';
import { SlipwayError } from '../errors.ts';
import { askGitHub } from './ask-github.ts';

/** Nothing that would need quoting in a file of settings. */
const plain = z.string().regex(/^[\w.~+/=-]+$/);

const converted = z.object({
  id: z.int().positive(),
  name: z.string(),
  html_url: z.url({ protocol: /^https?$/ }),
  client_id: plain,
  client_secret: plain,
  webhook_secret: plain,
  pem: z.string().regex(/^-----BEGIN [A-Z ]+-----\n[\w+/=\n]+-----END [A-Z ]+-----\s*$/),
});

/** A new GitHub App with its credentials, which GitHub tells once. */
export type NewApp = {
  readonly id: number;
  readonly name: string;
  /** Its page on GitHub. */
  readonly page: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly webhookSecret: string;
  readonly privateKey: string;
};

/**
 * The App that somebody has just made from a manifest (GitHub REST, "Create a GitHub App from a manifest").
 *
 * @param code good for one hour and one call
 * @throws {SlipwayError} `github-refused`, `github-unavailable`
 */
export async function convertManifest(api: string, code: string): Promise<NewApp> {
  const url = `${api}/app-manifests/${encodeURIComponent(code)}/conversions`;
  const answer = converted.safeParse(
    await askGitHub(url, 'taking the new App over', { method: 'POST' }).catch((error: unknown) => {
      if (!(error instanceof SlipwayError) || error.code !== 'source-gone') throw error;
      throw new SlipwayError('github-refused', 'GitHub does not know this code: it is good once, and for an hour.', {
        help: 'Begin again; an App that was made already is to be deleted on GitHub first.',
        cause: error,
      });
    }),
  );
  if (!answer.success) {
    throw new SlipwayError('github-refused', 'GitHub gave no App with a key and a webhook secret.', {
      help: 'Delete the App on GitHub and begin again.',
      // Paths alone: what stands there are credentials.
      cause: new Error(`unexpected: ${answer.error.issues.map(({ path }) => path.join('.')).join(', ')}`),
    });
  }
  const { data } = answer;
  return {
    id: data.id,
    name: data.name,
    page: data.html_url,
    clientId: data.client_id,
    clientSecret: data.client_secret,
    webhookSecret: data.webhook_secret,
    privateKey: data.pem,
  };
}
