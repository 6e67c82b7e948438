import type { CheckRun, RepositoryRecord } from '../records.ts';
import { renderCheckRun } from '../render/check.ts';
import { fullName } from '../render/repository.ts';
import type { CheckControls } from '../repository.ts';
import { type State, userOf } from '../state.ts';
import { emitOfRepository } from '../webhooks/emit.ts';
import { checkRunPayload } from '../webhooks/payloads.ts';

/** What people see of check runs, and the buttons that they press. */
export function createCheckControls(state: State, record: RepositoryRecord): CheckControls {
  const runOf = (id: number): CheckRun => {
    const run = state.checkRuns.get(id);
    if (run === undefined || run.repository !== record) throw new Error(`${fullName(record)} has no check run ${id}`);
    return run;
  };
  return {
    checkRuns: (sha) =>
      [...state.checkRuns.values()]
        .filter((run) => run.repository === record && (sha === undefined || run.headSha === sha))
        .map((run) => ({ ...renderCheckRun(state, run), actions: run.actions })),
    annotations: (id) => runOf(id).annotations,
    clickAction(id, identifier, sender) {
      const run = runOf(id);
      const shown = run.actions.map((action) => action.identifier);
      if (!shown.includes(identifier)) throw new Error(`expected a button ${identifier}, found [${shown.join(', ')}]`);
      const more = { requested_action: { identifier } };
      const build = () => checkRunPayload(state, run, 'requested_action', userOf(state, sender), more);
      return emitOfRepository(state, 'check_run', build, record);
    },
    rerequest(id, sender) {
      const build = () => checkRunPayload(state, runOf(id), 'rerequested', userOf(state, sender));
      return emitOfRepository(state, 'check_run', build, record);
    },
  };
}
