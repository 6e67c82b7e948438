import type { Probot } from 'probot';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { AllowedOwners } from './allowed-owners.ts';

/** What a sweep works with. */
export type Sweeping = {
  readonly app: Pick<Probot, 'auth'>;
  readonly store: Pick<Store, 'takeIn' | 'sweepMark' | 'keepSweepMark' | 'recall' | 'remember'>;
  readonly owners: Pick<AllowedOwners, 'decide'>;
  readonly log: Log;
  readonly signal: AbortSignal;
};
