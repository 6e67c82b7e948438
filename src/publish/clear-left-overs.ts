import { removeLeftStaged } from '../push/remove-left-staged.ts';
import { untilAborted } from '../push/until-aborted.ts';
import type { Pipeline } from './pipeline.ts';
import { stagingName } from './publish.ts';

/**
 * Removes what a worker that died left behind: images on the engine, tags in staging. Only those of builds that our store
 * knows as ended: another Slipway may share the engine or the registry.
 */
export async function clearLeftOvers(pipeline: Pipeline, signal: AbortSignal): Promise<void> {
  const { store, log, builders, registry } = pipeline;
  try {
    for (const builder of Object.values(builders)) {
      const found = await builder.leftOvers();
      const ended = new Set(await store.endedOf(found.map(({ buildId }) => buildId)));
      for (const one of found) {
        if (!ended.has(one.buildId)) continue;
        // Packer may take minutes to stop, which a server that stops does not wait for.
        await untilAborted(one.remove(), signal, 'removing what a build had left');
        log.info({ build: one.buildId }, 'removed what a build had left on the engine');
      }
    }
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error }, 'what builds left on the engine could not be looked for');
  }
  try {
    const tags = await registry.tags(stagingName, signal);
    for (const tag of await store.endedOf(tags)) {
      if (await removeLeftStaged(registry, { name: stagingName, tag, signal, log })) {
        log.info({ build: tag }, 'removed what a build had left in staging');
      }
    }
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error }, 'what builds left in staging could not be looked for');
  }
}
