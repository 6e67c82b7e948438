import type { Built } from '../artifact-type.ts';
import type { Engine } from './connect-engine.ts';
import { explainEngineError, statusOf } from './explain-engine-error.ts';

/** Whether the engine that answers now is the one that built the image, and still has it. */
export async function holdsImage(engine: Engine, built: Built): Promise<boolean> {
  const { id } = await engine.identity();
  if (id !== built.engineId) return false;
  try {
    await engine.docker.getImage(built.imageId).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw explainEngineError(error, 'looking for the image');
  }
}
