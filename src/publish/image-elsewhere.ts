import type { Build } from '../build-terms.ts';
import type { Pipeline } from './pipeline.ts';

/** Milliseconds after which nobody waits any more for an engine that does not answer. */
const patience = 10 * 60_000;

export type Elsewhere =
  /** The engine that has the image answers another worker: the build is left to that one. */
  | { readonly kind: 'waits'; readonly engineId: string }
  /** It has been gone for so long that the build is built anew. */
  | { readonly kind: 'gone'; readonly engineId: string };

/**
 * Where the image is that an earlier try has built, if it is not on this worker's engine: a push is repeated with the same
 * image, so that a version has one digest, whatever happens meanwhile.
 */
export async function imageElsewhere(
  { store, engineId }: Pick<Pipeline, 'store' | 'engineId'>,
  { built, staged }: Pick<Build, 'built' | 'staged'>,
  now = Date.now(),
): Promise<Elsewhere | undefined> {
  // What is in staging needs no engine any more, and machine images never do.
  if (built === undefined || staged !== undefined || built.engineId === '') return undefined;
  if (built.engineId === (await engineId())) return undefined;
  const seen = await store.engineSeen(built.engineId);
  const isAround = seen !== undefined && now - seen.getTime() < patience;
  return { kind: isAround ? 'waits' : 'gone', engineId: built.engineId };
}
