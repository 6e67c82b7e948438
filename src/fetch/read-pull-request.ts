import { type GitHub, githubError, type RepositoryName } from '../github.ts';
import type { PullRequest } from '../terms.ts';

/**
 * A pull request as GitHub has it now (GitHub REST, "Get a pull request").
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`
 */
export async function readPullRequest(
  github: GitHub,
  { owner, repo, number, installationId }: RepositoryName & Pick<PullRequest, 'number' | 'installationId'>,
): Promise<PullRequest> {
  try {
    const { data: pull } = await github.rest.pulls.get({ owner, repo, pull_number: number });
    const { repo: repository } = pull.base;
    return {
      installationId,
      repositoryId: repository.id,
      owner,
      repo,
      private: repository.private,
      repositoryUrl: repository.html_url,
      repositorySize: repository.size,
      number,
      isOpen: pull.state === 'open',
      isDraft: pull.draft ?? false,
      headSha: pull.head.sha,
      baseRef: pull.base.ref,
      title: pull.title,
      labels: pull.labels.map(({ name }) => name),
      author: pull.user?.login ?? 'ghost',
      commits: pull.commits,
      updatedAt: new Date(pull.updated_at),
    };
  } catch (error) {
    throw githubError(error, `reading ${owner}/${repo}#${number}`);
  }
}
