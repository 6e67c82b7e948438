import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { Store } from '../store/store.ts';
import type { Request } from './app.ts';
import type { Person } from './repository-access.ts';
import { seal, sha256Of, unseal } from './seal.ts';

/** Milliseconds. GitHub's own tokens for people end after 8 hours. */
const lifetimeMs = 8 * 3_600_000;
const rotateMs = 3_600_000;
/** Seconds for which an old session still opens pages that were asked for before it was changed. */
const graceSeconds = 60;

export type Sessions = {
  readonly canSignIn: boolean;
  person(c: Request): Promise<Person | undefined>;
  begin(c: Request, who: { readonly id: number; readonly login: string; readonly token: string }): Promise<void>;
  end(c: Request): Promise<void>;
  /** What a form must carry back: known to pages of this person alone, also to one that was open before a rotation. */
  formKey(person: Person): string;
  isFormKey(person: Person, given: unknown): boolean;
  /** A cookie of ours for the way to GitHub and back. */
  keep(c: Request, value: string): Promise<void>;
  takeBack(c: Request): Promise<string | undefined>;
};

/**
 * Sessions: an id that only the browser has, in a signed cookie; in the store its SHA-256, and GitHub's token sealed with
 * it. Whoever has the database has no session and no token.
 *
 * @param key from the store, as random as the one of links
 */
export function createSessions({
  store,
  key,
  canSignIn,
  publicUrl,
}: {
  readonly store: Pick<Store, 'keepSession' | 'session' | 'endSession'>;
  readonly key: string;
  readonly canSignIn: boolean;
  readonly publicUrl: () => string;
}): Sessions {
  const secure = () => publicUrl().startsWith('https:');
  const name = (what: string) => `${secure() ? '__Host-' : ''}slipway_${what}`;
  const options = (maxAge: number) =>
    ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: secure(), maxAge }) as const;
  const asked = new WeakMap<Request, Promise<Person | undefined>>();
  // What is signed is the value alone: with one key for all, a cookie could stand under the name of another.
  const keyOf = (what: string) => `${key} ${what}`;
  const read = async (c: Request, what: string) => (await getSignedCookie(c, keyOf(what), name(what))) || undefined;
  const formKey = ({ userId }: Person) => createHmac('sha256', key).update(`form\n${userId}`).digest('base64url');

  async function open(c: Request, who: { id: number; login: string; token: string }, expiresAt: Date): Promise<string> {
    const id = randomBytes(32).toString('base64url');
    const sealedToken = seal(id, who.token);
    await store.keepSession({ idSha256: sha256Of(id), userId: who.id, login: who.login, sealedToken, expiresAt });
    await setSignedCookie(
      c,
      name('session'),
      id,
      keyOf('session'),
      options(Math.max(0, Math.round((expiresAt.getTime() - Date.now()) / 1000))),
    );
    return sha256Of(id);
  }

  async function find(c: Request): Promise<Person | undefined> {
    const id = await read(c, 'session');
    const session = id === undefined ? undefined : await store.session(sha256Of(id));
    if (id === undefined || session === undefined) return undefined;
    const token = unseal(id, session.sealedToken);
    if (c.req.method === 'GET' && Date.now() - session.createdAt.getTime() > rotateMs) {
      const { userId, login, expiresAt } = session;
      const sessionId = await open(c, { id: userId, login, token }, expiresAt);
      await store.endSession(session.idSha256, graceSeconds);
      return { userId, login, token, sessionId };
    }
    return { userId: session.userId, login: session.login, token, sessionId: session.idSha256 };
  }

  return {
    canSignIn,
    person(c) {
      // Most readers have none, and cost the store nothing.
      if (!canSignIn || c.req.header('cookie') === undefined) return Promise.resolve(undefined);
      // Once for a request, however often it is asked: a session must not be changed twice in one answer.
      const known = asked.get(c) ?? find(c);
      asked.set(c, known);
      return known;
    },
    async begin(c, who) {
      const before = await read(c, 'session');
      if (before !== undefined) await store.endSession(sha256Of(before), 0);
      await open(c, who, new Date(Date.now() + lifetimeMs));
    },
    async end(c) {
      const id = await read(c, 'session');
      if (id !== undefined) await store.endSession(sha256Of(id), 0);
      deleteCookie(c, name('session'), { path: '/', secure: secure() });
    },
    formKey,
    isFormKey(person, given) {
      const expected = Buffer.from(formKey(person));
      const found = Buffer.from(typeof given === 'string' ? given : '');
      return expected.length === found.length && timingSafeEqual(expected, found);
    },
    keep: async (c, value) => void (await setSignedCookie(c, name('signin'), value, keyOf('signin'), options(600))),
    async takeBack(c) {
      const value = await read(c, 'signin');
      deleteCookie(c, name('signin'), { path: '/', secure: secure() });
      return value;
    },
  };
}
