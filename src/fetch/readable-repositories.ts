import { z } from 'zod';
import { askGitHub } from './ask-github.ts';

const perPage = 100;
const page = z.object({ total_count: z.number(), repositories: z.array(z.object({ id: z.number() })) });

/**
 * Ids of the repositories of an installation that a person may read (GitHub REST, "List repositories accessible to the
 * user access token"). A person who knows nothing of the installation has none.
 *
 * @throws {SlipwayError} `github-unavailable`; `github-refused` when the token is no longer good
 */
export async function readableRepositories({
  api,
  token,
  installationId,
  fetch,
}: {
  readonly api: string;
  readonly token: string;
  readonly installationId: number;
  readonly fetch: typeof globalThis.fetch;
}): Promise<ReadonlySet<number>> {
  const ids = new Set<number>();
  for (let number = 1; ; number += 1) {
    const url = `${api}/user/installations/${installationId}/repositories?per_page=${perPage}&page=${number}`;
    const { total_count: total, repositories } = page.parse(
      await askGitHub(url, 'asking which repositories a person may read', { fetch, token }),
    );
    for (const { id } of repositories) ids.add(id);
    if (repositories.length < perPage || number * perPage >= total) return ids;
  }
}
