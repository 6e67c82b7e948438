import type { Engine } from './connect-engine.ts';
import { explainEngineError } from './explain-engine-error.ts';

export type EngineFacts = {
  readonly version: string;
  readonly buildkit: boolean;
  /** `overlay2`, `overlayfs`, `vfs`. */
  readonly storageDriver: string;
  /** Where the engine keeps images, on its own machine. */
  readonly folder: string;
};

/** What @types/dockerode leaves out: the call takes a signal too. */
type Asked = { info(options: { abortSignal: AbortSignal }): Promise<{ Driver: string; DockerRootDir: string }> };

/**
 * Who the engine is, and how it keeps its images.
 *
 * @throws {SlipwayError} `engine-unavailable`, `engine-lost`
 */
export async function inspectEngine(engine: Engine, signal: AbortSignal): Promise<EngineFacts> {
  // It gives up soon where a machine takes the connection and says nothing.
  await engine.ping();
  const { version, buildkit } = await engine.identity();
  try {
    const info = await (engine.docker as unknown as Asked).info({ abortSignal: signal });
    return { version, buildkit, storageDriver: info.Driver, folder: info.DockerRootDir };
  } catch (error) {
    throw explainEngineError(error, 'asking how it keeps images');
  }
}
