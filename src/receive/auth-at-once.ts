import type { Probot } from 'probot';
import type { GitHub } from '../github.ts';

/**
 * An octokit that speaks for an installation and sends what it is asked at once. The usual one hands each request through
 * timers that space writes and repeat failures, which takes 15 ms also where there is nothing to wait for. For a read
 * that a build waits for, by a job that is tried again.
 */
export async function authAtOnce(app: Pick<Probot, 'auth'>, installationId: number): Promise<GitHub> {
  const octokit = await app.auth();
  return (await octokit.auth({
    type: 'installation',
    installationId,
    factory: ({ octokit: usual, octokitOptions, ...otherOptions }: FactoryOptions) =>
      new usual.constructor({
        ...octokitOptions,
        throttle: { enabled: false },
        retry: { enabled: false },
        auth: { ...octokitOptions.auth, otherOptions, installationId },
      }),
  })) as GitHub;
}

/** What octokit-auth-probot gives a factory. */
type FactoryOptions = {
  readonly octokit: { readonly constructor: new (options: object) => GitHub };
  readonly octokitOptions: { readonly auth: object };
};
