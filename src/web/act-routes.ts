import type { App, Request } from './app.ts';
import { findBuild } from './find-build.ts';
import { messagePage } from './message-page.ts';
import { prose } from './prose.ts';
import { readForm } from './read-form.ts';
import { readerOf } from './reader-of.ts';
import type { Site } from './site.ts';

const answers = {
  ended: 'This build has ended already.',
  'too-late': 'Its publication has begun: it is published, and cannot be cancelled any more.',
  unknown: 'This build is gone.',
} as const;

/** Cancel and Rebuild: for people who may write to the repository at this moment, from a form of ours. */
export function actRoutes(app: App, site: Site): void {
  const { access, sessions, actions } = site;

  /** The build and who asks, where they may; as if there were nothing where they may not. */
  async function mayAct(c: Request, id: string) {
    const fields = await readForm(c);
    const found = await findBuild(site, c, id);
    const person = found?.person;
    if (found === undefined || person === undefined || !sessions.isFormKey(person, fields.form)) return undefined;
    // Browsers say where a form was sent from; ours come from our pages.
    const from = c.req.header('sec-fetch-site');
    if (from !== undefined && from !== 'same-origin') return undefined;
    if (!(await access.mayWriteNow(person.token, found.merge))) return undefined;
    return { ...found, person, noCache: fields.cache === 'none' };
  }
  const say = async (c: Request, heading: string, sentence: string) =>
    c.html(messagePage(await readerOf(site, c), heading, prose(sentence)), 409);

  app.post('/builds/:id/cancel', async (c) => {
    const found = await mayAct(c, c.req.param('id'));
    if (found === undefined) return site.notFound(c);
    const answer = await actions.cancel(found.build.id, found.person.login);
    if (answer !== 'cancelling') return say(c, 'Not cancelled', answers[answer]);
    return c.redirect(`/builds/${found.build.id}`, 303);
  });

  app.post('/builds/:id/rebuild', async (c) => {
    const found = await mayAct(c, c.req.param('id'));
    if (found === undefined) return site.notFound(c);
    const { build, person, noCache } = found;
    const answer = await actions.rebuild(build.id, { noCache, by: person.login });
    if ('refused' in answer) return say(c, 'Not built again', answer.refused);
    return c.redirect(`/builds/${answer.buildId}`, 303);
  });
}
