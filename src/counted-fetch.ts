import type { Metrics } from './metrics.ts';

/** Words of the API's addresses that stand for themselves; whatever else there is in one is a name or a number. */
const words = new Set(
  `access_tokens app attempts branches check-runs check-suites collaborators comments commits contents deliveries files git
   hook installation installations issues labels login meta oauth access_token permission pulls rate_limit repos
   repositories runs statuses tarball trees user`.split(/\s+/),
);
/** Behind these, the rest of an address is a path or a commit. */
const tails = new Set(['contents', 'tarball']);

/**
 * The route of an address of GitHub's API, without the names in it: `/repos/{}/{}/pulls/{}`. However many repositories
 * there are, there are as many routes as Slipway asks.
 */
export function routeOf(address: string): string {
  const parts = new URL(address).pathname
    .replace(/^\/api\/v3(?=\/)/, '')
    .split('/')
    .slice(1);
  const shown: string[] = [];
  for (const [index, part] of parts.entries()) {
    const isName = parts[0] === 'repos' && (index === 1 || index === 2);
    shown.push(!isName && words.has(part) ? part : '{}');
    if (!isName && tails.has(part) && index < parts.length - 1) return `/${shown.join('/')}/{}`;
  }
  return `/${shown.slice(0, 8).join('/')}`;
}

/** A fetch whose requests to GitHub are counted, each of them: those that are tried again too. */
export function countedFetch(usual: typeof fetch, metrics: Pick<Metrics, 'asked'>): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const request = { method: (init?.method ?? 'GET').toUpperCase(), route: routeOf(url) };
    try {
      const response = await usual(input, init);
      metrics.asked({ ...request, status: response.status }, response.headers);
      return response;
    } catch (error) {
      metrics.asked({ ...request, status: 'none' });
      throw error;
    }
  };
}
