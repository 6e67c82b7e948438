import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

/** What is asked of GitHub about repositories. */
export type AskAboutRepositories = {
  /** Ids of those that everybody may read. */
  publicOf(installationId: number): Promise<ReadonlySet<number>>;
  /** Ids of those that a person may read, asked with their token. */
  readableOf(token: string, installationId: number): Promise<ReadonlySet<number>>;
  /** Whether the person behind the token has write permission at this moment. */
  mayWrite(token: string, about: { installationId: number; owner: string; repo: string }): Promise<boolean>;
};

/** Somebody who has signed in. */
export type Person = {
  readonly userId: number;
  readonly login: string;
  readonly token: string;
  readonly sessionId: string;
};

export type RepositoryAccess = {
  isPublic(repositoryId: number): Promise<boolean>;
  /** Ids of the repositories whose builds this reader may see. */
  readable(person: Person | undefined): Promise<ReadonlySet<number>>;
  /** For what a page offers. Whoever acts is asked about anew. */
  mayWrite(person: Person, about: { installationId: number; owner: string; repo: string }): Promise<boolean>;
  /** @throws {SlipwayError} `github-unavailable` where GitHub does not say */
  mayWriteNow: AskAboutRepositories['mayWrite'];
};

/** Milliseconds for which GitHub's word holds: at most 5 minutes. */
const usualKeepMs = 3 * 60_000;
/** Milliseconds until GitHub is asked again after it gave no answer. */
const againMs = 5000;
/** Milliseconds for which the store's word holds. */
const installationsMs = 500;
const mostKept = 5000;

type Installation = Awaited<ReturnType<Store['installations']>>[number];

/** A person without access, a token that is taken no more, an installation that is gone: that is an answer too. */
const isAnswer = (error: unknown): boolean =>
  error instanceof SlipwayError && !error.transient && error.code !== 'store-failed';

type Kept = { readonly until: number; readonly value: Promise<unknown> };

/** Who may see which repository: always GitHub's word, a few minutes old at most. Without an answer nobody may. */
export function createRepositoryAccess({
  store,
  ask,
  visibility,
  log,
  keepMs = usualKeepMs,
}: {
  readonly store: Pick<Store, 'installations'>;
  readonly ask: AskAboutRepositories;
  readonly visibility: 'repository' | 'private';
  readonly log: Log;
  readonly keepMs?: number;
}): RepositoryAccess {
  const kept = new Map<string, Kept>();
  const none: ReadonlySet<number> = new Set();

  function keep<T>(key: string, otherwise: T, make: () => Promise<T>, ms = keepMs): Promise<T> {
    const known = kept.get(key);
    if (known !== undefined && known.until > Date.now()) return known.value as Promise<T>;
    const value = make().catch((error: unknown) => {
      if (!isAnswer(error)) {
        log.warn({ err: error }, 'GitHub does not tell who may see what: nobody may, until it does');
        kept.set(key, { until: Date.now() + againMs, value });
      }
      return otherwise;
    });
    kept.delete(key);
    kept.set(key, { until: Date.now() + ms, value });
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return value;
  }

  const installations = () => keep('installations', [], () => store.installations(), Math.min(keepMs, installationsMs));
  // With the number of repositories: an answer from before a repository's first merge says nothing about that one.
  const publicOf = ({ id, repositories }: Installation) =>
    keep(`public ${id} ${repositories}`, none, () => ask.publicOf(id));
  const union = async (sets: readonly Promise<ReadonlySet<number>>[]): Promise<ReadonlySet<number>> =>
    new Set((await Promise.all(sets)).flatMap((one) => [...one]));
  const publicIds = async () => union((await installations()).map(publicOf));

  return {
    isPublic: async (repositoryId) => (await publicIds()).has(repositoryId),
    async readable(person) {
      const open = visibility === 'repository' ? publicIds() : none;
      if (person === undefined) return open;
      const { token, sessionId } = person;
      const own = (await installations()).map(({ id, repositories }) =>
        keep(`${sessionId} ${id} ${repositories}`, none, () => ask.readableOf(token, id)),
      );
      return union([Promise.resolve(open), ...own]);
    },
    mayWrite: (person, about) =>
      keep(`${person.sessionId} ${about.owner}/${about.repo}`, false, () => ask.mayWrite(person.token, about)),
    async mayWriteNow(token, about) {
      try {
        return await ask.mayWrite(token, about);
      } catch (error) {
        if (isAnswer(error)) return false;
        throw error;
      }
    },
  };
}
