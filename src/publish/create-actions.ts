import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Actions } from './actions.ts';

/** Acts on the store; the worker that holds a build finds out by itself. */
export function createActions({
  store,
  log,
}: {
  store: Pick<Store, 'requestCancel' | 'rebuild' | 'appendLog'>;
  log: Log;
}): Actions {
  return {
    async cancel(buildId, by) {
      const answer = await store.requestCancel(buildId, by);
      log.info({ build: buildId, by, answer }, 'asked to cancel a build');
      return answer;
    },
    async rebuild(buildId, { noCache, by }) {
      const answer = await store.rebuild(buildId, { noCache, by });
      if ('refused' in answer) {
        log.info({ build: buildId, by, reason: answer.refused }, 'no rebuild');
        return answer;
      }
      const { id } = answer.build;
      await store.appendLog(id, `Rebuild${noCache ? ' without cache' : ''} of ${buildId}, asked for by ${by}.\n`);
      log.info({ build: id, of: buildId, by, noCache }, 'rebuild queued');
      return { buildId: id };
    },
  };
}
