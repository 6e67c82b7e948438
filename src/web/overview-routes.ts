import type { App } from './app.ts';
import { type BuildsQuery, buildsPage, statuses } from './builds-page.ts';
import { isId } from './find-build.ts';
import { overviewPage } from './overview-page.ts';
import { readerOf } from './reader-of.ts';
import type { Site } from './site.ts';

const listed = 50;
const failures = 5;
const mostLetters = 255;

/** What is going on, and the list of builds. With nothing to show to a stranger they are not there for them. */
export function overviewRoutes(app: App, site: Site): void {
  const { store, access, sessions, settings } = site;

  app.get('/', async (c) => {
    const person = await sessions.person(c);
    if (settings.visibility === 'private' && person === undefined) return site.notFound(c);
    const among = [...(await access.readable(person))];
    const [running, failed, counts, workers, reader] = await Promise.all([
      store.listBuilds({ among, status: 'running', limit: listed }),
      store.listBuilds({ among, status: 'failed', limit: failures }),
      store.counts(),
      store.workers(),
      readerOf(site, c),
    ]);
    return c.html(overviewPage({ running, failed, counts, workers, reader, now: new Date() }));
  });

  app.get('/builds', async (c) => {
    const person = await sessions.person(c);
    if (settings.visibility === 'private' && person === undefined) return site.notFound(c);
    const { before, repository = '', service = '', status = '' } = c.req.query();
    const query: BuildsQuery = { repository: repository.trim(), service: service.trim(), status };
    const known = statuses.find((one) => one === status);
    const long = [query.repository, query.service].some((text) => text.length > mostLetters);
    if ((before !== undefined && !isId(before)) || long || (status !== '' && known === undefined))
      return site.notFound(c);
    const [owner = '', repo = ''] = query.repository.includes('/')
      ? query.repository.split('/', 2)
      : ['', query.repository];
    const builds = await store.listBuilds({
      among: [...(await access.readable(person))],
      limit: listed,
      ...(before === undefined ? {} : { before }),
      ...(owner === '' ? {} : { owner }),
      ...(repo === '' ? {} : { repo }),
      ...(query.service === '' ? {} : { service: query.service }),
      ...(known === undefined ? {} : { status: known }),
    });
    const waiting = builds.flatMap(({ build }) => (build.state === 'queued' ? [build.id] : []));
    const last = builds.length < listed ? undefined : builds.at(-1)?.build.id;
    const filters = Object.entries(query).filter(([, value]) => value !== '');
    const older = last && `/builds?${new URLSearchParams([...filters, ['before', last]])}`;
    const places = waiting.length === 0 ? new Map<string, number>() : await store.places(waiting);
    const reader = await readerOf(site, c);
    return c.html(buildsPage({ builds, places, query, older, first: before === undefined, reader }));
  });
}
