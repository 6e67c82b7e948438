import type { CheckRunView, Repository } from '../github/repository.ts';
import type { GitHubStandIn } from '../github/start-github.ts';
import type { Comment } from '../github/state.ts';
import { baseImage } from './parts.ts';
import { until } from './until.ts';

/** The checks of open pull requests, which stand beside those of their merges. */
export const isPlanCheck = ({ external_id: id }: CheckRunView): boolean => id?.startsWith('plan:') === true;

/** The checks of merges. */
export const mergeChecks = (repository: Pick<Repository, 'checkRuns'>): readonly CheckRunView[] =>
  repository.checkRuns().filter((run) => !isPlanCheck(run));

let count = 0;

/** A Dockerfile that any engine of the tests can build. */
export const dockerfile = (...lines: string[]): string => [`FROM ${baseImage()}`, ...lines, ''].join('\n');

/** A repository with a small service whose name no other test has. */
export async function orders(
  github: GitHubStandIn,
  given: { owner?: string; private?: boolean; files?: Record<string, string>; service?: string } = {},
): Promise<Repository & { service: string }> {
  count += 1;
  const service = given.service ?? `orders-${process.pid}-${count}`;
  const repository = await github.createRepository({
    owner: given.owner ?? 'acme',
    name: service,
    private: given.private ?? false,
    files: {
      'package.json': `${JSON.stringify({ name: '@acme/something-else', service_name: service, version: '9.9.9' })}\n`,
      Dockerfile: dockerfile('WORKDIR /srv', 'COPY . .', 'CMD ["cat", "/srv/public/orders.json"]'),
      'public/orders.json': '[]\n',
      ...given.files,
    },
  });
  return Object.assign(repository, { service });
}

/** Waits until a merged pull request has its comment and no check that is still running. */
export async function settledPull(
  repository: Repository,
  number: number,
  within?: number,
): Promise<{ comment: Comment; checks: readonly CheckRunView[] }> {
  return await until(
    `the verdict of ${repository.fullName}#${number}`,
    () => {
      const [comment] = repository.comments(number);
      const pull = repository.pullRequest(number);
      const checks = mergeChecks(repository).filter(({ head_sha: sha }) =>
        [pull.head.sha, pull.mergeCommit].includes(sha),
      );
      const done = checks.length > 0 && checks.every(({ status }) => status === 'completed');
      return comment !== undefined && done && { comment, checks };
    },
    within,
  );
}
