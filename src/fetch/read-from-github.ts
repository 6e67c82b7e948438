import { SlipwayError } from '../errors.ts';
import type { GitHub } from '../github.ts';
import { contentOnGitHub } from './content-on-github.ts';
import { forPeople } from './for-people.ts';
import { smallFileLimit } from './read-small-file.ts';
import { tooLarge } from './too-large.ts';

/**
 * Text (UTF-8) of one small file at a commit; undefined where there is none or it is no file. A link to a file is
 * followed by GitHub.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone` (the commit is), `source-too-large` above 1 MiB
 */
export async function readFromGitHub(options: {
  github: GitHub;
  owner: string;
  repo: string;
  ref: string;
  path: string;
}): Promise<string | undefined> {
  const content = await contentOnGitHub(options);
  if (content === undefined || Array.isArray(content) || content.type !== 'file') return undefined;
  if (content.size > smallFileLimit) throw tooLarge(forPeople(options.path), smallFileLimit, content.size);
  if (!('content' in content) || content.encoding !== 'base64') {
    throw new SlipwayError('github-unavailable', `GitHub sent ${forPeople(options.path)} without its content.`, {
      transient: true,
    });
  }
  return Buffer.from(content.content, 'base64').toString('utf8');
}
