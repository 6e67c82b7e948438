import type { SignIn } from '../fetch/sign-in.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Actions } from '../publish/actions.ts';
import type { RegistrySettings, Settings } from '../settings.ts';
import type { Store } from '../store/store.ts';
import type { Check } from './health.ts';
import type { AskAboutRepositories } from './repository-access.ts';
import type { PageStore } from './site.ts';

/** What the pages need from outside. */
export type WebOptions = {
  readonly store: PageStore & Pick<Store, 'installations' | 'keepSession' | 'session' | 'endSession' | 'tallies'>;
  /** The parts whose state `/readyz` names beside the store: engine, registry, disk. */
  readonly checks: Readonly<Record<string, Check>>;
  readonly settings: Pick<Settings, 'visibility' | 'metricsToken' | 'buildKeep'> & {
    readonly registry: Pick<RegistrySettings, 'address'>;
  };
  /** From `linkKey`. */
  readonly linkKey: string;
  /** Signs cookies. */
  readonly cookieKey: string;
  readonly log: Log;
  readonly ask: AskAboutRepositories;
  /** Absent: nobody can sign in. */
  readonly signIn?: SignIn | undefined;
  readonly actions: Actions;
  readonly publicUrl: () => string;
  /** Ends the open streams. */
  readonly stopped: AbortSignal;
  /** What this process counts; `/metrics` tells it with what the store knows. */
  readonly metrics: Pick<Metrics, 'registry'>;
  /** Milliseconds: how long a check may take, and how long its answer is kept. */
  readonly probes?: { readonly timeoutMs: number; readonly keepMs: number };
  /** Milliseconds for which GitHub's word about who may see what holds. */
  readonly accessKeepMs?: number;
  /** Milliseconds after which an open stream ends, so that its reader is asked about anew. */
  readonly streamMs?: number;
};
