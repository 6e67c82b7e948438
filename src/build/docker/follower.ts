import type { EngineMessage } from './read-messages.ts';

/** Where a build stopped, as the engine tells it. */
export type FailurePlace = {
  /** The failing step's name; undefined when it failed outside of one. */
  readonly step: string | undefined;
  /** Its place in the Dockerfile, counted over all instructions from 1; only the classic builder knows it. */
  readonly ordinal: number | undefined;
  readonly tail: readonly string[];
};

/** Turns what one of the engine's builders says into build events. */
export type Follower = {
  take(message: EngineMessage): void;
  /** Nothing more comes. `failure` is what the engine said went wrong. */
  end(failure?: string): void;
  /** Id of the finished image; undefined until the engine has said that it is finished. */
  imageId(): string | undefined;
  place(failure: string): FailurePlace;
};

/** Text of `aux.ID`, which both builders send. */
export function auxId(message: EngineMessage): string | undefined {
  const { aux } = message;
  if (typeof aux !== 'object' || aux === null || !('ID' in aux)) return undefined;
  return typeof aux.ID === 'string' ? aux.ID : undefined;
}
