import { mayWrite } from '../fetch/may-write.ts';
import { publicRepositories } from '../fetch/public-repositories.ts';
import { readableRepositories } from '../fetch/readable-repositories.ts';
import type { SignIn } from '../fetch/sign-in.ts';
import type { GitHub } from '../github.ts';
import type { AskAboutRepositories } from '../web/repository-access.ts';

/** What the pages ask of GitHub. */
export function askAboutRepositories({
  api,
  github,
  signIn,
  fetch,
}: {
  readonly api: string;
  github(installationId: number): Promise<GitHub>;
  readonly signIn: SignIn | undefined;
  readonly fetch: typeof globalThis.fetch;
}): AskAboutRepositories {
  return {
    publicOf: async (installationId) => publicRepositories(await github(installationId)),
    readableOf: (token, installationId) => readableRepositories({ api, token, installationId, fetch }),
    async mayWrite(token, { installationId, owner, repo }) {
      if (signIn === undefined) return false;
      // By the token, who it is now: an account that was renamed or shut out since the sign-in is found out.
      const { login } = await signIn.whoIs(token);
      return await mayWrite(await github(installationId), { owner, repo }, login);
    },
  };
}
