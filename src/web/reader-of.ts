import type { Request } from './app.ts';
import type { Reader } from './page.ts';
import type { Site } from './site.ts';

/** Who reads a page, for its frame. */
export async function readerOf({ sessions }: Pick<Site, 'sessions'>, c: Request): Promise<Reader> {
  const url = new URL(c.req.url);
  // What a form was sent to is no page to come back to.
  const at = c.req.method === 'GET' ? url.pathname + url.search : '/';
  const person = await sessions.person(c);
  if (person === undefined) return { canSignIn: sessions.canSignIn, at };
  return { canSignIn: true, at, login: person.login, formKey: sessions.formKey(person) };
}
