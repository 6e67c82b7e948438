/** `fails`: Slipway would not work, or lose something, as things are. */
export type State = 'ok' | 'warning' | 'fails';

export type Finding = {
  readonly state: State;
  /** What was found, one sentence for people, without secrets. */
  readonly found: string;
  /** What to do. */
  readonly help?: string;
};

/** One question of the doctor's. It may reject: that counts as `fails`. */
export type Check = {
  readonly name: string;
  /** Another check without which this one cannot be asked. */
  readonly after?: string;
  /** Milliseconds that it may take, where it is not the usual time. */
  readonly timeoutMs?: number;
  run(signal: AbortSignal): Promise<Finding>;
};

export const ok = (found: string): Finding => ({ state: 'ok', found });
export const warning = (found: string, help: string): Finding => ({ state: 'warning', found, help });
export const fails = (found: string, help: string): Finding => ({ state: 'fails', found, help });
