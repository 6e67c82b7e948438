import { verify } from 'node:crypto';
import type { State } from '../state.ts';
import { Refused } from './answer.ts';
import type { Caller } from './call.ts';

/** GitHub: the `exp` of a JSON web token is at most ten minutes ahead. */
const longestSeconds = 600;
/** GitHub bears with clocks that are a little off. */
const driftSeconds = 60;

const undecodable = () => new Refused(401, 'A JSON web token could not be decoded');

function decode(part: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    throw undecodable();
  }
}

function verifyJwt(state: State, jwt: string): Caller {
  const [header, claims, signature = ''] = jwt.split('.');
  const signed = Buffer.from(`${header}.${claims}`);
  const genuine =
    decode(header).alg === 'RS256' &&
    verify('RSA-SHA256', signed, state.publicKey, Buffer.from(signature, 'base64url'));
  const { iss, iat, exp } = decode(claims);
  if (!genuine) throw undecodable();
  const now = Date.now() / 1000;
  if (typeof exp !== 'number' || exp <= now) {
    throw new Refused(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time");
  }
  if (exp > now + longestSeconds + 1)
    throw new Refused(401, "'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== 'number' || iat > now + driftSeconds) {
    throw new Refused(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (String(iss) !== String(state.appId) && iss !== state.clientId) throw new Refused(404, 'Integration not found');
  return { kind: 'app' };
}

function verifyToken(state: State, text: string): Caller {
  const person = state.personTokens.get(text);
  if (person !== undefined && person.expiresAt > Date.now()) return { kind: 'person', login: person.login };
  const token = state.tokens.get(text);
  const { installation } = token ?? {};
  if (token === undefined || installation === undefined || token.expiresAt <= Date.now() || installation.removed) {
    throw new Refused(401, 'Bad credentials');
  }
  if (installation.suspendedAt !== null) throw new Refused(403, 'This installation has been suspended');
  return { kind: 'installation', token };
}

/** Who asks, by the Authorization header; undefined without one. */
export function authenticate(state: State, authorization: string | undefined): Caller | undefined {
  if (authorization === undefined) return undefined;
  const [, secret] = /^(?:bearer|token) (\S+)$/i.exec(authorization) ?? [];
  if (secret === undefined) throw new Refused(401, 'Bad credentials');
  return secret.split('.').length === 3 ? verifyJwt(state, secret) : verifyToken(state, secret);
}
