import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from './connect-engine.ts';
import { statusOf } from './explain-engine-error.ts';

/** Milliseconds that an engine gets to end a build, and between two looks. */
const patience = 15_000;
const pause = 200;

/** Asks BuildKit to end a build by its id. An engine that has no such build says so, and that is as good. */
export async function cancelBuild(engine: Engine, buildId: string): Promise<void> {
  const call = {
    method: 'POST',
    path: '/build/cancel?',
    options: { _query: { id: buildId }, _body: {} },
    abortSignal: AbortSignal.timeout(patience),
    statusCodes: { 200: true, 404: true, 500: true },
  };
  await new Promise<void>((resolve, reject) => {
    engine.docker.modem.dial(call, (error: unknown) => (error ? reject(error) : resolve()));
  });
}

/**
 * Ends a BuildKit build and waits until its answer has ended. Asked again and again, since a build whose context is
 * still on its way is not known by its id yet.
 */
export async function stopBuildkit(engine: Engine, buildId: string, ended: Promise<unknown>): Promise<void> {
  const deadline = Date.now() + patience;
  let running = true;
  const end = ended.then(() => {
    running = false;
  });
  while (running && Date.now() < deadline) {
    await cancelBuild(engine, buildId);
    await Promise.race([end, sleep(pause)]);
  }
}

/** Waits until the container of a classic build's last step no longer runs: that builder ends with its connection. */
export async function containerGone(engine: Engine, container: string | undefined): Promise<void> {
  if (container === undefined) return;
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    try {
      const { State } = await engine.docker.getContainer(container).inspect();
      if (!State.Running) return;
    } catch (error) {
      if (statusOf(error) === 404) return;
      throw error;
    }
    await sleep(pause);
  }
}
