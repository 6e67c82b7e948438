import { githubError } from '../github.ts';

/** Milliseconds: somebody waits for a page. */
const patience = 10_000;

/**
 * Asks GitHub's API with a person's own token, or none.
 *
 * @param doing for the sentence when it fails: `asking who signed in`
 * @throws {SlipwayError} `github-refused`, `github-unavailable`, `source-gone`
 */
export async function askGitHub(
  url: string,
  doing: string,
  init: RequestInit & { readonly fetch?: typeof globalThis.fetch; readonly token?: string },
): Promise<unknown> {
  const { fetch: usual = fetch, token, ...rest } = init;
  try {
    const response = await usual(url, {
      ...rest,
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
      headers: {
        accept: 'application/json',
        'user-agent': 'slipway',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...rest.headers,
      },
    });
    const body: unknown = await response.json();
    if (response.ok) return body;
    const headers = Object.fromEntries(response.headers);
    throw Object.assign(new Error(`status ${response.status}`), { status: response.status, response: { headers } });
  } catch (error) {
    throw githubError(error, doing);
  }
}
