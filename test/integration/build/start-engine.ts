import { openRunFolder } from '../../../scripts/parts/open-run-folder.ts';
import { startEngine as startEngineIn } from '../../../scripts/parts/start-engine.ts';
import { connectEngine, type Engine } from '../../../src/build/docker/connect-engine.ts';

export type StartedEngine = {
  readonly engine: Engine;
  /** As `DOCKER_HOST` has it. */
  readonly host: string;
  /** Ends the engine and all that it runs, as a power cut would. */
  kill(): Promise<void>;
  /** Ends and removes everything. */
  stop(): Promise<void>;
};

/** A Docker Engine of the test's own. */
export async function startEngine(): Promise<StartedEngine> {
  const folder = await openRunFolder();
  const { host, stop } = await startEngineIn(folder);
  return {
    engine: connectEngine({ DOCKER_HOST: host }),
    host,
    kill: stop,
    async stop() {
      await stop();
      await folder.close();
    },
  };
}
