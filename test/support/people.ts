import { createHash } from 'node:crypto';
import { SlipwayError } from '../../src/errors.ts';
import type { SignIn } from '../../src/fetch/sign-in.ts';
import type { Pages } from './web-pages.ts';

/** GitHub's side of a sign-in: a code is the login of who comes back with it. */
export function signInOf(): SignIn {
  const challenges = new Set<string>();
  return {
    authorizeUrl({ state, challenge, redirect }) {
      challenges.add(challenge);
      return `https://github.test/authorize?${new URLSearchParams({ state, challenge, redirect })}`;
    },
    async exchange({ code, verifier }) {
      const isOurs = challenges.has(createHash('sha256').update(verifier).digest('base64url'));
      if (!isOurs || code === 'refused') throw new SlipwayError('github-refused', 'GitHub refused the code.');
      return `token of ${code}`;
    },
    whoIs: async (token) => ({
      id: createHash('sha256').update(token).digest().readUInt32BE(),
      login: token.replace('token of ', ''),
    }),
  };
}

export type Visitor = {
  readonly cookies: ReadonlyMap<string, string>;
  /** What each answer has set, as it was written. */
  readonly set: readonly string[];
  get(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** To GitHub and back. */
  signIn(login: string, to?: string): Promise<Response>;
};

/** A browser as far as cookies go. */
export function visitorOf({ get }: Pick<Pages, 'get'>, cookies = new Map<string, string>()): Visitor {
  const set: string[] = [];
  const ask = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await get(path, { ...init, headers: { ...init.headers, ...(cookie === '' ? {} : { cookie }) } });
    for (const line of response.headers.getSetCookie()) {
      set.push(line);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /Max-Age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    set,
    get: ask,
    post: (path, fields, headers = {}) => ask(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
    async signIn(login, to = '/') {
      const away = await ask(`/signin?to=${encodeURIComponent(to)}`);
      const state = new URL(away.headers.get('location') ?? '').searchParams.get('state') ?? '';
      return await ask(`/signin/callback?${new URLSearchParams({ code: login, state })}`);
    },
  };
}
