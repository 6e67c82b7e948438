import type { Engine } from './connect-engine.ts';
import { explainEngineError, statusOf } from './explain-engine-error.ts';

/** Whether the engine has an image by its reference, without pulling it. */
export async function hasImage(engine: Engine, reference: string): Promise<boolean> {
  try {
    await engine.docker.getImage(reference).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw explainEngineError(error, `looking for the image ${reference}`);
  }
}
