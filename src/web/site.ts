import type { Log } from '../log.ts';
import type { Actions } from '../publish/actions.ts';
import type { RegistrySettings, Settings } from '../settings.ts';
import type { Store } from '../store/store.ts';
import type { Request } from './app.ts';
import type { createLiveBuilds } from './live-builds.ts';
import type { RepositoryAccess } from './repository-access.ts';
import type { Sessions } from './sessions.ts';

/** The verbs of the store that pages need. */
export type PageStore = Pick<
  Store,
  | 'build'
  | 'merge'
  | 'listBuilds'
  | 'readLog'
  | 'tailLog'
  | 'stepsOf'
  | 'pulses'
  | 'place'
  | 'places'
  | 'counts'
  | 'workers'
  | 'servicesOf'
  | 'badge'
  | 'recall'
  | 'recallOr'
  | 'remember'
  | 'ping'
>;

/** What the routes of the pages share. */
export type Site = {
  readonly store: PageStore;
  readonly settings: Pick<Settings, 'visibility' | 'buildKeep'> & {
    readonly registry: Pick<RegistrySettings, 'address'>;
  };
  readonly linkKey: string;
  readonly log: Log;
  readonly access: RepositoryAccess;
  readonly sessions: Sessions;
  readonly actions: Actions;
  readonly live: ReturnType<typeof createLiveBuilds>;
  /** Aborted when the server stops: open streams end, and their readers come again. */
  readonly stopped: AbortSignal;
  readonly streamMs?: number;
  readonly publicUrl: () => string;
  /** One page for what does not exist and for what the reader may not see: nobody learns which of them it was. */
  notFound(c: Request): Promise<Response>;
};
