import { openRunFolder } from '../../scripts/parts/open-run-folder.ts';
import { startEngine } from '../../scripts/parts/start-engine.ts';
import { engineHost } from '../support/parts.ts';

/** An engine that may be killed, where we may start one; else the one of the tests, which others use too. */
export type ChaosEngine = {
  readonly host: string;
  readonly mayDie: boolean;
  /** Kills it with everything that it runs, and starts it again on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function chaosEngine(): Promise<ChaosEngine> {
  if (process.getuid?.() !== 0) {
    return { host: engineHost(), mayDie: false, restart: async () => undefined, stop: async () => undefined };
  }
  const folder = await openRunFolder();
  let engine = await startEngine(folder);
  return {
    host: engine.host,
    mayDie: true,
    async restart() {
      await engine.stop();
      engine = await startEngine(folder);
    },
    async stop() {
      await engine.stop();
      await folder.close();
    },
  };
}
