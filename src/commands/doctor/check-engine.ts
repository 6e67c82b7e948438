import type { EngineFacts } from '../../build/docker/inspect-engine.ts';
import { type Check, ok, warning } from './check.ts';

export const checkEngine = (ask: (signal: AbortSignal) => Promise<EngineFacts>): Check => ({
  name: 'engine',
  async run(signal) {
    const { version, buildkit, storageDriver } = await ask(signal);
    const found = `Docker Engine ${version}, ${buildkit ? 'with' : 'without'} BuildKit, storage driver ${storageDriver}`;
    if (!buildkit) {
      return warning(found, 'Builds go the classic way: no RUN --mount, no COPY --chmod. A newer engine has BuildKit.');
    }
    if (storageDriver === 'vfs') {
      return warning(
        found,
        'vfs copies the whole image for each layer: let the engine use overlay2, on a disk that can.',
      );
    }
    return ok(found);
  },
});
