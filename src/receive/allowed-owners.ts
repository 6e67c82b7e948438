import type { Probot } from 'probot';
import type { SlipwayError } from '../errors.ts';
import { githubError } from '../github.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/store.ts';
import { askApp } from './ask-app.ts';

export type AllowedOwners = {
  /** Whether repositories of this account are served, as far as it is known now; never asks anybody. */
  isAllowed(owner: string): 'yes' | 'no' | 'unknown';
  /**
   * The same for certain: asks GitHub where it is not known.
   *
   * @throws {SlipwayError} `github-unavailable`, `github-refused` when GitHub does not say: ask again later
   */
  decide(owner: string): Promise<boolean>;
  /** Asks GitHub no more. */
  stop(): void;
};

type Options = {
  readonly settings: Pick<Settings, 'allowedOwners' | 'appId'>;
  readonly store: Pick<Store, 'recall' | 'remember'>;
  readonly app: Pick<Probot, 'auth'>;
  readonly log: Log;
  /** Milliseconds until GitHub is asked again; doubles up to `mostMs`. */
  readonly again?: { readonly firstMs: number; readonly mostMs: number };
};

/**
 * The accounts whose repositories are served: `ALLOWED_OWNERS`, else the owner of the App. That one is asked of GitHub
 * at each start, in the background, and remembered, so that a start without GitHub knows it too.
 */
export async function allowedOwners({
  settings,
  store,
  app,
  log,
  again = { firstMs: 1000, mostMs: 300_000 },
}: Options): Promise<AllowedOwners> {
  // GitHub's account names are compared without case.
  const lower = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));
  const name = `app-owner:${settings.appId}`;
  const remembered = settings.allowedOwners ?? [await store.recall(name)].filter((owner) => owner !== undefined);
  let known = settings.allowedOwners === undefined && remembered.length === 0 ? undefined : lower(remembered);
  let asking: Promise<Set<string>> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const ask = (): Promise<Set<string>> => {
    asking ??= (async () => {
      const { owner } = await askApp(app);
      known = lower([owner]);
      await store.remember(name, owner);
      return known;
    })().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const keepAsking = async (waitMs: number): Promise<void> => {
    try {
      await ask();
    } catch (cause) {
      if (stopped) return;
      const error: SlipwayError = githubError(cause, 'asking who owns the App');
      log.warn({ err: error, help: error.help, againInMs: waitMs }, 'the owner of the App is not known yet');
      timer = setTimeout(() => keepAsking(Math.min(waitMs * 2, again.mostMs)), waitMs).unref();
    }
  };
  if (settings.allowedOwners === undefined) void keepAsking(again.firstMs);

  return {
    isAllowed: (owner) => (known === undefined ? 'unknown' : known.has(owner.toLowerCase()) ? 'yes' : 'no'),
    decide: async (owner) => (known ?? (await ask())).has(owner.toLowerCase()),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
