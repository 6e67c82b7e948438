import type { BadgeState } from '../store/store.ts';
import type { App, Request } from './app.ts';
import { badgeContent, badgeJson, badgeSvg, tagOf } from './badge-content.ts';
import { isBadgeToken } from './badge-token.ts';
import { findService } from './find-service.ts';
import type { Site } from './site.ts';

/** Milliseconds for which the state of a badge is not asked again: a page of GitHub may show it to many at once. */
const keepMs = 1000;
const mostKept = 2000;
const longestLabel = 60;
/** Characters of what tells one badge from another: owner and repository 100 each, service 255, token 24. */
const longestKey = 600;

type Place = { readonly owner: string; readonly repo: string; readonly service?: string };

/** `/badge/OWNER/REPO/SERVICE.svg`: a service may hold slashes, and there may be none. */
function placeOf(path: string): (Place & { readonly kind: 'svg' | 'json' }) | undefined {
  const [, owner = '', repo = '', service, kind] =
    /^\/badge\/([^/]+)\/([^/]+?)(?:\/(.+))?\.(svg|json)$/.exec(path) ?? [];
  if (kind !== 'svg' && kind !== 'json') return undefined;
  return { owner, repo, kind, ...(service === undefined ? {} : { service }) };
}

/** Badges. What a reader may not know of looks exactly like what does not exist. */
export function badgeRoutes(app: App, site: Site): void {
  const { store, access, settings } = site;
  const kept = new Map<string, { readonly until: number; readonly state: Promise<BadgeState> }>();

  async function stateOf(place: Place, token: string | undefined): Promise<BadgeState> {
    const service = await findService(site, place);
    const id = service?.repositoryId ?? 0;
    const isOpen = settings.visibility === 'repository' && (await access.isPublic(id));
    if (service === undefined || !(isOpen || (await isBadgeToken(store, id, token)))) return {};
    return store.badge(id, service.name);
  }

  function keptState(place: Place, token: string | undefined): Promise<BadgeState> {
    const key = JSON.stringify([place.owner, place.repo, place.service, token]);
    // Nothing is called that, and nothing so long is kept.
    if (key.length > longestKey) return Promise.resolve({});
    const known = kept.get(key);
    if (known !== undefined && known.until > Date.now()) return known.state;
    const state = stateOf(place, token);
    state.catch(() => kept.delete(key));
    kept.delete(key);
    kept.set(key, { until: Date.now() + keepMs, state });
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return state;
  }

  const answer = async (c: Request): Promise<Response> => {
    const place = placeOf(c.req.path);
    if (place === undefined) return site.notFound(c);
    const { kind, ...where } = place;
    const content = badgeContent(await keptState(where, c.req.query('token')));
    const label = (c.req.query('label') ?? 'build').slice(0, longestLabel);
    const body = kind === 'svg' ? badgeSvg(label, content) : badgeJson(label, content);
    const headers = {
      etag: tagOf(body),
      'cache-control': 'no-cache',
      // It is made to be shown on other sites.
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    };
    if (c.req.header('if-none-match')?.includes(headers.etag)) return c.body(null, 304, headers);
    const type = kind === 'svg' ? 'image/svg+xml; charset=utf-8' : 'application/json; charset=utf-8';
    return c.body(body, 200, { ...headers, 'content-type': type });
  };
  app.get('/badge/*', answer);
}
