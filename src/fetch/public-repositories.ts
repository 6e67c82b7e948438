import { type GitHub, githubError } from '../github.ts';

/**
 * Ids of the repositories of an installation that everybody may read, as GitHub says now (GitHub REST, "List
 * repositories accessible to the app installation"). An installation that is gone has none.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`
 */
export async function publicRepositories(github: GitHub): Promise<ReadonlySet<number>> {
  try {
    const all = await github.paginate(github.rest.apps.listReposAccessibleToInstallation, { per_page: 100 });
    return new Set(all.flatMap((one) => (one.private || one.visibility === 'internal' ? [] : [one.id])));
  } catch (error) {
    throw githubError(error, 'asking which repositories are public');
  }
}
