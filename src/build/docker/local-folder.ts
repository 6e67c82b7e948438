import { stat } from 'node:fs/promises';
import type { Engine } from './connect-engine.ts';
import { inspectEngine } from './inspect-engine.ts';

/**
 * The folder in which the engine keeps its images, if the engine is on this machine.
 *
 * @returns undefined: it is on another one, or its folder cannot be seen from here
 * @throws {SlipwayError} `engine-unavailable`, `engine-lost`
 */
export async function localFolder(engine: Engine, signal: AbortSignal): Promise<string | undefined> {
  if (!engine.isLocal) return undefined;
  const { folder } = await inspectEngine(engine, signal);
  try {
    await stat(folder);
    return folder;
  } catch {
    // A socket can lead into a container, whose folders are not ours.
    return undefined;
  }
}
