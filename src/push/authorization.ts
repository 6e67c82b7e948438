import { SlipwayError } from '../errors.ts';
import { basicAuthorization } from './basic-authorization.ts';
import { fetchToken } from './fetch-token.ts';
import { isLoopback } from './is-loopback.ts';
import { type Challenge, parseChallenges } from './parse-challenges.ts';
import type { Line } from './send.ts';
import { untilAborted } from './until-aborted.ts';

/** Milliseconds before its end at which a token counts as ended: a request takes time, and clocks differ. */
const margin = 10_000;

type Way =
  | { readonly kind: 'basic'; readonly header: string }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined };
type Kept = { readonly header: Promise<string>; settled?: { readonly header: string; readonly until: number } };

export type Authorization = {
  /** The header for these scopes as far as is known without being asked; undefined before the first 401. */
  header(scopes: readonly string[], signal: AbortSignal): Promise<string | undefined>;
  /**
   * The header after a 401; `refused` is the one that the request carried. Undefined when there is no other one to try.
   *
   * @throws {SlipwayError} `registry-refused`, `registry-untrusted`
   */
  renew(
    challenge: { readonly origin: URL; readonly header: string; readonly refused: string | undefined },
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<string | undefined>;
};

/**
 * Convinces one registry, as it asks for it: with the account, or with tokens that its realm gives for the account
 * (Distribution's token authentication specification). A registry that never asks is never told the account.
 *
 * @param now milliseconds of a clock that never goes back
 */
export function createAuthorization({ line, now }: { line: Line; now: () => number }): Authorization {
  const tokens = new Map<string, Kept>();
  let way: Way | undefined;

  function obtain(realm: URL, service: string | undefined, scopes: readonly string[], refused?: string): Kept {
    for (const [key, { settled }] of tokens) {
      if (settled !== undefined && (settled.until <= now() || settled.header === refused)) tokens.delete(key);
    }
    const key = scopes.join(' ');
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const kept: Kept = {
      header: fetchToken(line, { realm, service, scopes }).then(
        ({ value, validMs }) => {
          kept.settled = { header: `Bearer ${value}`, until: now() + validMs - margin };
          return kept.settled.header;
        },
        (error: unknown) => {
          tokens.delete(key);
          throw error;
        },
      ),
    };
    tokens.set(key, kept);
    return kept;
  }

  async function headerOf(chosen: Way, scopes: readonly string[], signal: AbortSignal, refused?: string) {
    if (chosen.kind === 'basic') return chosen.header;
    const { header } = obtain(chosen.realm, chosen.service, scopes, refused);
    return await untilAborted(header, signal, 'asking for a token');
  }

  return {
    async header(scopes, signal) {
      return way === undefined ? undefined : await headerOf(way, scopes, signal);
    },
    async renew({ origin, header, refused }, scopes, signal) {
      way = choose(parseChallenges(header), origin, line);
      const next = way === undefined ? undefined : await headerOf(way, scopes, signal, refused);
      return next === refused ? undefined : next;
    },
  };
}

/** Undefined where only an account would help and there is none. */
function choose(challenges: readonly Challenge[], origin: URL, { account }: Line): Way | undefined {
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  if (bearer !== undefined) {
    return { kind: 'bearer', realm: realmOf(bearer, origin), service: bearer.parameters.service };
  }
  if (challenges.some(({ scheme }) => scheme === 'basic')) {
    return account === undefined ? undefined : { kind: 'basic', header: basicAuthorization(account) };
  }
  const found = challenges.map(({ scheme }) => scheme).join(', ') || 'nothing';
  throw new SlipwayError(
    'registry-refused',
    `The registry ${origin.host} asks for an authorization that Slipway does not know: expected Basic or Bearer, found ${found.slice(0, 100)}.`,
    { help: 'Configure the registry for a user name and a password, or for tokens.' },
  );
}

/** The account must not be readable on the way: https, unless it stays on this machine. */
function realmOf({ parameters }: Challenge, origin: URL): URL {
  const realm = URL.parse(parameters.realm ?? '');
  const safe = realm?.protocol === 'https:' || (realm?.protocol === 'http:' && isLoopback(realm.hostname));
  if (safe && realm.username === '' && realm.password === '') return realm;
  const found = realm === null ? 'none' : `${realm.protocol}//${realm.host}`;
  throw new SlipwayError(
    'registry-untrusted',
    `The registry ${origin.host} sends us to a token service that the account must not be sent to: expected an https address, found ${found}.`,
    { help: 'Give the token service a certificate, and its https address to the registry as realm.' },
  );
}
