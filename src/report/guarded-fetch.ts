import type { GitHub } from '../github.ts';

/** Thrown in place of a request whose content is out of date. */
class OutOfDate extends Error {
  /** octokit passes an error of this name on, and tries everything else again. */
  override readonly name = 'AbortError';
}

/**
 * octokit's fetch, behind a question. octokit spaces writes: what it was given may be sent much later, by a worker that
 * was frozen meanwhile and has lost its build to another one.
 *
 * @param stillTrue asked right before a request leaves; false keeps it here
 */
export function guardedFetch(github: GitHub, stillTrue: () => Promise<boolean>): typeof fetch {
  const usual: typeof fetch = github.request.endpoint.DEFAULTS.request?.fetch ?? fetch;
  return async (input, init) => {
    if (!(await stillTrue())) throw new OutOfDate('what was to be written is out of date');
    return await usual(input, init);
  };
}

/** Whether it was thrown in place of a request. */
export const isOutOfDate = (error: unknown): boolean => error instanceof OutOfDate;
