import type { App } from './app.ts';
import { badgeToken, changeBadgeToken } from './badge-token.ts';
import { isId } from './find-build.ts';
import { findService } from './find-service.ts';
import { readForm } from './read-form.ts';
import { readerOf } from './reader-of.ts';
import { serviceHref } from './service-href.ts';
import { servicePage } from './service-page.ts';
import type { Site } from './site.ts';

const listed = 30;

/** A service's page, and the token of its badge. */
export function serviceRoutes(app: App, site: Site): void {
  const { store, access, sessions, settings, publicUrl } = site;

  app.get('/services/:owner/:repo/:service{.+}', async (c) => {
    const { owner, repo, service } = c.req.param();
    const before = c.req.query('before');
    const person = await sessions.person(c);
    const found = await findService(site, { owner, repo, service });
    const readable = (await access.readable(person)).has(found?.repositoryId ?? 0);
    if (found === undefined || !readable || (before !== undefined && !isId(before))) return site.notFound(c);
    const { repositoryId, name } = found;
    const builds = await store.listBuilds({
      among: [repositoryId],
      service: name,
      status: 'published',
      limit: listed,
      ...(before === undefined ? {} : { before }),
    });
    const isOpen = settings.visibility === 'repository' && (await access.isPublic(repositoryId));
    const token = isOpen ? undefined : await badgeToken(store, repositoryId);
    const badgePath = `${serviceHref(found, name).replace(/^\/services/, '/badge')}.svg${token === undefined ? '' : `?token=${token}`}`;
    const mayChange = token !== undefined && person !== undefined && (await access.mayWrite(person, found));
    const last = builds.length < listed ? undefined : builds.at(-1)?.build.id;
    return c.html(
      servicePage({
        owner: found.owner,
        repo: found.repo,
        service: name,
        builds,
        badge: await store.badge(repositoryId, name),
        badgePath,
        publicUrl: publicUrl(),
        registry: settings.registry.address,
        older: last && `${serviceHref(found, name)}?before=${last}`,
        changeToken: mayChange ? { formKey: sessions.formKey(person) } : undefined,
        reader: await readerOf(site, c),
      }),
    );
  });

  app.post('/badge-token', async (c) => {
    const person = await sessions.person(c);
    const fields = await readForm(c);
    const [owner, repo, service] = [fields.owner, fields.repo, fields.service].map(String);
    const found = await findService(site, { owner: owner ?? '', repo: repo ?? '', service });
    if (found === undefined || person === undefined || !sessions.isFormKey(person, fields.form))
      return site.notFound(c);
    if (!(await access.mayWriteNow(person.token, found))) return site.notFound(c);
    await changeBadgeToken(store, found.repositoryId);
    site.log.info({ by: person.login, repository: `${found.owner}/${found.repo}` }, 'the badge token was changed');
    return c.redirect(serviceHref(found, found.name), 303);
  });
}
