/**
 * What events cost of the requests that GitHub allows an installation: 5,000 an hour, and fewer that write. A 304 costs
 * nothing, and the archive itself comes from another host.
 */
import type { Repository } from '../test/github/repository.ts';
import { type GitHubStandIn, startGitHub } from '../test/github/start-github.ts';
import { isPlanCheck, orders, settledPull } from '../test/support/orders.ts';
import { until } from '../test/support/until.ts';
import { startServer } from './start-server.ts';

/** Waits until the newest check of the plan says this. */
const shows = (repository: Repository, title: RegExp) =>
  until(`the plan says ${title}`, () => title.test(repository.checkRuns().findLast(isPlanCheck)?.output.title ?? ''));

/** KiB, as GitHub says: what is larger than 20 MiB is read with a look at the tree first. */
const sizes = { 'a small repository': 100, 'a large repository': 1_000_000 } as const;

export async function benchRequests(): Promise<void> {
  const github = await startGitHub({ basePath: '/api/v3' });
  const slipway = await startServer(github);
  try {
    for (const [what, size] of Object.entries(sizes)) await tellOf(github, what, size);
  } finally {
    await slipway.stop();
    await github.stop();
  }
}

/** One pull request's life in a repository without slipway.yml of which nothing is known. */
async function tellOf(github: GitHubStandIn, what: string, size: number): Promise<void> {
  const repository = await orders(github);
  repository.setSize(size);
  let counted = 0;
  const tell = (event: string): void => {
    const spent = github.requests.filter(
      ({ path, route, status }) => route !== undefined && path.includes(`/${repository.name}/`) && status !== 304,
    );
    const now = spent.slice(counted);
    const writes = now.filter(({ method }) => method !== 'GET').length;
    console.log(`requests to GitHub, ${what}, ${event}: ${now.length}, ${writes} of them write`);
    counted = spent.length;
  };
  const files = { a: '1' };
  const { number } = await repository.openPullRequest({ title: 'One', files, labels: ['1.0.0'], deliver: false });
  await github.send(repository.payload(number, 'opened'));
  await shows(repository, /publishes \S+:1\.0\.0/);
  tell('a pull request is opened, nothing is known yet');
  await repository.label(number, '1.0.0-rc.1');
  await shows(repository, /2 different versions/);
  tell('a label is added');
  await repository.unlabel(number, '1.0.0-rc.1');
  await shows(repository, /publishes \S+:1\.0\.0/);
  tell('a label is taken away');
  await repository.push(number, { a: '2' });
  await until('the new head is planned', () =>
    repository.checkRuns().some((run) => isPlanCheck(run) && run.head_sha === repository.pullRequest(number).head.sha),
  );
  tell('a commit is pushed');
  await repository.merge(number);
  await settledPull(repository, number);
  tell('it is merged and published');
}
