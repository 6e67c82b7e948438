import { z } from 'zod';
import { SlipwayError } from '../errors.ts';
import { askGitHub } from './ask-github.ts';

/** The GitHub App as people sign in with it (GitHub Docs, "Generating a user access token for a GitHub App"). */
export type SignIn = {
  /** Where a person is sent to. */
  authorizeUrl(request: { readonly state: string; readonly challenge: string; readonly redirect: string }): string;
  /** The person's token. @throws {SlipwayError} `github-refused` for a code that is not ours or not good any more */
  exchange(answer: { readonly code: string; readonly verifier: string; readonly redirect: string }): Promise<string>;
  whoIs(token: string): Promise<{ readonly id: number; readonly login: string }>;
};

const granted = z.object({ access_token: z.string().min(1) });
const user = z.object({ id: z.number(), login: z.string() });

/**
 * Sign-in with the App's own OAuth, with PKCE (RFC 7636).
 *
 * @param web `https://github.com`
 */
export function signInWith({
  api,
  web,
  clientId,
  clientSecret,
  fetch,
}: {
  readonly api: string;
  readonly web: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly fetch: typeof globalThis.fetch;
}): SignIn {
  return {
    authorizeUrl({ state, challenge, redirect }) {
      const url = new URL(`${web}/login/oauth/authorize`);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirect,
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }).toString();
      return url.href;
    },
    async exchange({ code, verifier, redirect }) {
      const answer = granted.safeParse(
        await askGitHub(`${web}/login/oauth/access_token`, 'exchanging the code of a sign-in', {
          fetch,
          method: 'POST',
          body: new URLSearchParams({
            client_id: clientId,
            client_secret: clientSecret,
            code,
            redirect_uri: redirect,
            code_verifier: verifier,
          }),
        }),
      );
      // GitHub tells of a wrong code with 200.
      if (!answer.success) throw new SlipwayError('github-refused', 'GitHub refused the code of a sign-in.');
      return answer.data.access_token;
    },
    whoIs: async (token) => user.parse(await askGitHub(`${api}/user`, 'asking who signed in', { fetch, token })),
  };
}
