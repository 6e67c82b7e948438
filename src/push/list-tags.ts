import { z } from 'zod';
import { SlipwayError } from '../errors.ts';
import type { Request } from './create-requester.ts';
import { parseJson } from './parse-json.ts';
import { parseLink } from './parse-link.ts';

const pageSize = 100;
const pageBytes = 4 * 2 ** 20;
const mostPages = 10_000;

const pageSchema = z.object({ tags: z.array(z.string()).nullish() });

/** All tags of a repository, in the registry's order; none where the registry does not know the repository. */
export async function listTags(request: Request, repository: string, signal: AbortSignal): Promise<readonly string[]> {
  const doing = `listing the tags of ${repository}`;
  const scopes = [`repository:${repository}:pull`];
  const tags: string[] = [];
  const asked = new Set<string>();
  let path: string | undefined = `/v2/${repository}/tags/list?n=${pageSize}`;
  while (path !== undefined) {
    // A registry that sends us round in circles would else keep us for ever.
    if (asked.has(path) || asked.size === mostPages) throw endless(doing);
    asked.add(path);
    const answer = await request({ method: 'GET', path, scopes, doing, signal });
    if (answer.status === 404) {
      await answer.sum();
      return tags;
    }
    if (answer.status !== 200) throw await answer.fail();
    tags.push(...(parseJson(await answer.read(pageBytes), pageSchema, doing).tags ?? []));
    path = nextPage(answer.headers.get('link'), answer.url, doing);
  }
  return tags;
}

function nextPage(header: string | null, page: URL, doing: string): string | undefined {
  try {
    return parseLink(header, page);
  } catch (cause) {
    throw new SlipwayError('registry-failed', `The registry ${page.host} leads elsewhere while ${doing}.`, { cause });
  }
}

const endless = (doing: string): SlipwayError =>
  new SlipwayError('registry-failed', `Expected the registry’s pages to come to an end while ${doing}, found none.`);
