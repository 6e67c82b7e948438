import { randomBytes } from 'node:crypto';
import { sameText } from '../same-text.ts';
import { sha256Of } from '../seal.ts';

/** Wrong tokens a minute; it takes 2^191 on average to find the right one. */
const mostWrong = 10;
const minuteMs = 60_000;

const random = (): string => randomBytes(24).toString('base64url');

export type SetUpSessions = {
  /** The id of a new session for who has the token; `wrong`, or `wait` after too many wrong ones. */
  enter(token: string): { readonly session: string } | 'wrong' | 'wait';
  /** What GitHub must bring back, where the session is one. */
  stateOf(session: string | undefined): string | undefined;
};

/** Who may set up: browsers in which the token of the log was entered. */
export function createSetUpSessions(token: string, now: () => number = Date.now): SetUpSessions {
  const states = new Map<string, string>();
  let wrong: number[] = [];
  return {
    enter(given) {
      wrong = wrong.filter((at) => at > now() - minuteMs);
      if (wrong.length >= mostWrong) return 'wait';
      if (!sameText(given.trim(), token)) {
        wrong.push(now());
        return 'wrong';
      }
      const session = random();
      states.set(sha256Of(session), random());
      return { session };
    },
    stateOf: (session) => (session === undefined ? undefined : states.get(sha256Of(session))),
  };
}
