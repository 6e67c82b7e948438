import type { ProbotOctokit } from 'probot';
import { SlipwayError } from './errors.ts';

/** An octokit that speaks for one installation. Ask for a new one in each step: its token ends after an hour. */
export type GitHub = InstanceType<typeof ProbotOctokit>;

/** Where a pull request's repository is. */
export type RepositoryName = { readonly owner: string; readonly repo: string };

function numberOf(value: unknown): number | undefined {
  const number = Number(value);
  return value === undefined || value === null || value === '' || Number.isNaN(number) ? undefined : number;
}

/** Seconds that GitHub asks to wait (GitHub REST, "Rate limits for the REST API"). */
function retryAfterOf(headers: Readonly<Record<string, unknown>>, now: number): number | undefined {
  const retryAfter = numberOf(headers['retry-after']);
  if (retryAfter !== undefined) return retryAfter;
  const reset = numberOf(headers['x-ratelimit-reset']);
  if (String(headers['x-ratelimit-remaining']) !== '0' || reset === undefined) return undefined;
  return Math.max(1, Math.ceil(reset - now / 1000));
}

/** Seconds to wait at its secondary rate limit, where no header says how long (the same page). */
const usualWait = 60;

/** GitHub tells its secondary rate limit by its words alone; a plain 403 says that something is not allowed. */
function isTooFast(error: unknown, status: number | undefined): boolean {
  const isRefusal = status === 403 || status === 429;
  return isRefusal && error instanceof Error && /secondary rate limit|abuse detection/i.test(error.message);
}

/**
 * What a failed request to GitHub means for us. The request itself is left out: its headers hold the token.
 *
 * @param doing what was tried, for the sentence: `reading package.json of acme/orders`
 */
export function githubError(error: unknown, doing: string, now = Date.now()): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const status =
    error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;
  const response =
    error instanceof Error && 'response' in error && typeof error.response === 'object' ? error.response : undefined;
  const headers = ((response as { headers?: Record<string, unknown> } | undefined)?.headers ?? {}) as Record<
    string,
    unknown
  >;
  const cause = error instanceof Error ? new Error(error.message, { cause: error.cause }) : error;
  if (error instanceof Error && error.name === 'AbortError')
    return new SlipwayError('cancelled', `Stopped while ${doing}.`, { cause });
  const retryAfter = retryAfterOf(headers, now) ?? (isTooFast(error, status) ? usualWait : undefined);
  const wait = retryAfter === undefined ? {} : { retryAfter };
  if (status === 429 || (status === 403 && retryAfter !== undefined)) {
    return new SlipwayError('github-unavailable', `GitHub asked to wait (${status}) while ${doing}.`, {
      transient: true,
      ...wait,
      cause,
    });
  }
  if (status === 401 || status === 403) {
    return new SlipwayError('github-refused', `GitHub refused (${status}) while ${doing}.`, {
      help: 'Check the App’s permissions and that its installation covers the repository.',
      cause,
    });
  }
  // Of a commit that is not there, a check run is answered 422.
  const isUnknownCommit = status === 422 && /no commit found/i.test(error instanceof Error ? error.message : '');
  if (status === 404 || status === 410 || status === 451 || isUnknownCommit) {
    return new SlipwayError('source-gone', `GitHub has no such thing (${status}) while ${doing}.`, {
      help: 'The repository, the commit or the installation is gone, or the App may no longer see it.',
      cause,
    });
  }
  if (status === undefined || status >= 500 || status === 408) {
    const found = status === undefined ? 'could not be reached' : `answered ${status}`;
    return new SlipwayError('github-unavailable', `GitHub ${found} while ${doing}.`, {
      help: 'Slipway tries again by itself.',
      transient: true,
      ...wait,
      cause,
    });
  }
  return new SlipwayError('github-refused', `GitHub answered ${status} while ${doing}.`, { cause });
}
