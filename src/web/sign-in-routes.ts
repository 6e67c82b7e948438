import { createHash, randomBytes } from 'node:crypto';
import { SlipwayError } from '../errors.ts';
import type { SignIn } from '../fetch/sign-in.ts';
import type { App, Request } from './app.ts';
import { messagePage } from './message-page.ts';
import { readForm } from './read-form.ts';
import { readerOf } from './reader-of.ts';
import { sameText } from './same-text.ts';
import type { Site } from './site.ts';

const random = (): string => randomBytes(32).toString('base64url');

/** A path of ours to go on to: never another site's address. */
const ownPath = (to: string | undefined): string =>
  to !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(to) && to.length < 1000 ? to : '/';

/** Sign-in with GitHub, and sign-out. */
export function signInRoutes(app: App, site: Site, signIn: SignIn): void {
  const { sessions, publicUrl, log } = site;
  const redirect = () => `${publicUrl()}/signin/callback`;
  const failed = async (c: Request) =>
    c.html(
      messagePage(
        await readerOf(site, c),
        'Not signed in',
        'The sign-in did not come to its end: it was refused, it took too long, or it was begun in another browser. Try again.',
      ),
      403,
    );

  app.get('/signin', async (c) => {
    const [state, verifier] = [random(), random()];
    await sessions.keep(c, JSON.stringify([state, verifier, ownPath(c.req.query('to'))]));
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return c.redirect(signIn.authorizeUrl({ state, challenge, redirect: redirect() }));
  });

  app.get('/signin/callback', async (c) => {
    const { code, state = '' } = c.req.query();
    const kept = await sessions.takeBack(c);
    if (kept === undefined || code === undefined) return failed(c);
    const [expected = '', verifier = '', to] = JSON.parse(kept) as string[];
    if (!sameText(expected, state)) return failed(c);
    try {
      const token = await signIn.exchange({ code, verifier, redirect: redirect() });
      const who = await signIn.whoIs(token);
      await sessions.begin(c, { ...who, token });
      log.info({ login: who.login }, 'signed in');
      return c.redirect(ownPath(to), 303);
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code === 'store-failed') throw error;
      log.warn({ err: error }, 'a sign-in failed');
      return failed(c);
    }
  });

  app.post('/signout', async (c) => {
    const person = await sessions.person(c);
    const { form } = await readForm(c);
    if (person === undefined || !sessions.isFormKey(person, form)) return site.notFound(c);
    await sessions.end(c);
    return c.redirect('/', 303);
  });
}
