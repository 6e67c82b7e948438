import type { Build } from '../build-terms.ts';
import type { MergeRecord } from '../store/store.ts';
import type { Request } from './app.ts';
import type { Person } from './repository-access.ts';
import type { Site } from './site.ts';
import { verifyLink } from './verify-link.ts';

const idPattern = /^[\w-]{1,64}$/;

export const isId = (text: string): boolean => idPattern.test(text);

export type FoundBuild = {
  readonly build: Build;
  readonly merge: MergeRecord;
  /** Behind addresses of this build: the key of the link that opened it. */
  readonly key: string;
  readonly person: Person | undefined;
};

/** The build and its merge, where this reader may see them. Asks the same things whether they are there or not. */
export async function findBuild(
  { store, linkKey, access, sessions, settings }: Site,
  c: Request,
  id: string,
): Promise<FoundBuild | undefined> {
  if (!isId(id)) return undefined;
  const key = c.req.query('key');
  const [build, person] = await Promise.all([store.build(id), sessions.person(c)]);
  const merge = await store.merge(build?.mergeId ?? id);
  const readable = (await access.readable(person)).has(merge?.repositoryId ?? 0);
  const signed =
    key !== undefined && verifyLink(linkKey, id, key) && (c.req.method === 'GET' || c.req.method === 'HEAD');
  if (build === undefined || merge === undefined) return undefined;
  // A repository that has become public since: a link that was written for it then opens nothing more than that.
  const bySignedLink = signed && (settings.visibility === 'repository' || !(await access.isPublic(merge.repositoryId)));
  if (!readable && !bySignedLink) return undefined;
  return { build, merge, person, key: bySignedLink ? `?key=${encodeURIComponent(key)}` : '' };
}
