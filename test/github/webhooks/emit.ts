import { judgePayload } from '../judge/judge.ts';
import type { Delivery, Installation, RepositoryRecord } from '../records.ts';
import { installationOf, type State } from '../state.ts';
import { deliver } from './deliver.ts';
import type { Payload } from './payloads.ts';
import { signWebhook } from './sign.ts';

/** Events that an App gets without asking for them (GitHub: "Webhook events and payloads"). */
function isSubscribed(state: State, event: string): boolean {
  if (event === 'ping' || event === 'installation') return true;
  if (event === 'check_run' || event === 'check_suite') return state.permissions.checks === 'write';
  return state.events.includes(event);
}

const actionOf = (payload: Payload): string | null => (typeof payload.action === 'string' ? payload.action : null);

/** A payload that GitHub could not have sent is a fault of the stand-in itself. */
export function judged(state: State, event: string, payload: Payload): Payload {
  const action = actionOf(payload);
  for (const problem of judgePayload(event, action, payload)) {
    state.violations.push({ call: `webhook ${event}${action === null ? '' : `.${action}`}`, problem });
  }
  return payload;
}

/**
 * Delivers an event of an installation, or nothing where the App would not get it.
 *
 * @param build makes the payload; not called where nothing is delivered
 */
export async function emit(
  state: State,
  event: string,
  build: () => Payload | Promise<Payload>,
  installation: Installation | undefined,
  repository?: RepositoryRecord,
): Promise<Delivery | undefined> {
  if (state.hook.url === undefined || !isSubscribed(state, event)) return undefined;
  const silent = installation === undefined || (installation.suspendedAt !== null && event !== 'installation');
  if (silent && event !== 'ping') return undefined;
  const payload = judged(state, event, await build());
  return deliver(state, signWebhook(state, event, payload), {
    action: actionOf(payload),
    installationId: installation?.id ?? null,
    repositoryId: repository?.id ?? null,
  });
}

/** An event of a repository, sent to the installation that covers it. */
export const emitOfRepository = (
  state: State,
  event: string,
  build: () => Payload | Promise<Payload>,
  repository: RepositoryRecord,
): Promise<Delivery | undefined> => emit(state, event, build, installationOf(state, repository), repository);

/** Lets work go on without anybody waiting for it; `settled` of the stand-in waits for all of it. */
export function inBackground(state: State, work: Promise<unknown>): void {
  const kept = work
    .catch((error: unknown) => {
      state.violations.push({ call: 'the stand-in itself', problem: String(error) });
    })
    .finally(() => state.background.delete(kept));
  state.background.add(kept);
}
