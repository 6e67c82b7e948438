import assert from 'node:assert/strict';
import { it } from 'node:test';
import { githubError } from '../../src/github.ts';

const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
const abuse = 'You have triggered an abuse detection mechanism. Please wait a few minutes.';
const left = { 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': '3600' };

const answers: readonly [string, number, string, Record<string, string>, number | undefined][] = [
  ['its secondary rate limit', 403, secondary, left, 60],
  ['its secondary rate limit, and names a time', 403, secondary, { ...left, 'retry-after': '7' }, 7],
  ['its secondary rate limit, and 429', 429, secondary, left, 60],
  ['abuse detection', 403, abuse, left, 60],
  ['what the App may not do', 403, 'Resource not accessible by integration', left, undefined],
];
for (const [what, status, message, headers, wait] of answers) {
  it(`an answer that tells of ${what} is ${wait ? `one to wait for, ${wait} seconds` : 'a refusal'}`, () => {
    const answer = Object.assign(new Error(message), { status, response: { headers } });
    const { code, transient, retryAfter } = githubError(answer, 'asking', 0);
    const expected = wait ? ['github-unavailable', true, wait] : ['github-refused', false, undefined];
    assert.deepEqual([code, transient, retryAfter], expected);
  });
}
