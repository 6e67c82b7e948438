/**
 * What events cost of the requests that GitHub allows an installation: 5,000 an hour, and fewer that write. A 304 costs
 * nothing, and the archive itself comes from another host.
 */
import type { Repository } from '../test/github/repository.ts';
import { type GitHubStandIn, startGitHub } from '../test/github/start-github.ts';
import { dockerfile, isPlanCheck, orders, settledPull } from '../test/support/orders.ts';
import { until } from '../test/support/until.ts';
import { startServer } from './start-server.ts';

/** Waits until the newest check of the plan says this. */
const shows = (repository: Repository, title: RegExp) =>
  until(`the plan says ${title}`, () => title.test(repository.checkRuns().findLast(isPlanCheck)?.output.title ?? ''));

/** KiB, as GitHub says: of what is larger than 20 MiB the archive is spared. */
const sizes = { 'a small repository': 100, 'a large repository': 1_000_000 } as const;

type Case = {
  readonly what: string;
  /** KiB. */
  readonly size: number;
  readonly files?: Record<string, string>;
  /** Whether the title says the version, and no label does. */
  readonly byTitle?: boolean;
};

/** Three services, of which a pull request touches one. */
function threeServices(id: string): Record<string, string> {
  const files = ['a', 'b', 'c'].flatMap((folder) => [
    [`${folder}/package.json`, `{"name": "bench-${id}-${folder}"}\n`],
    [`${folder}/Dockerfile`, dockerfile('RUN true')],
  ]);
  const yml = 'services:\n  - { path: a }\n  - { path: b }\n  - { path: c }\n';
  return { '.github/slipway.yml': yml, ...Object.fromEntries(files) };
}

const cases = () =>
  Object.entries(sizes).flatMap(([what, size], index): readonly Case[] => [
    { what, size },
    { what: `${what} whose title decides`, size, byTitle: true },
    { what: `${what} of three services`, size, files: threeServices(`${index}-label`) },
    {
      what: `${what} of three services whose title decides`,
      size,
      files: threeServices(`${index}-title`),
      byTitle: true,
    },
  ]);

export async function benchRequests(): Promise<void> {
  const github = await startGitHub({ basePath: '/api/v3' });
  const slipway = await startServer(github);
  try {
    for (const one of cases()) await tellOf(github, one);
  } finally {
    await slipway.stop();
    await github.stop();
  }
}

/** One pull request's life in a repository of which nothing is known. */
async function tellOf(github: GitHubStandIn, { what, size, files = {}, byTitle = false }: Case): Promise<void> {
  const repository = await orders(github, { files });
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
  const isPlanned = () =>
    until('the new head is planned', () =>
      repository
        .checkRuns()
        .some((run) => isPlanCheck(run) && run.head_sha === repository.pullRequest(number).head.sha),
    );
  const { number } = await repository.openPullRequest({
    title: byTitle ? 'Release 1.0.0' : 'One',
    files: { 'a/x': '1' },
    labels: byTitle ? [] : ['1.0.0'],
    deliver: false,
  });
  await github.send(repository.payload(number, 'opened'));
  await shows(repository, /publishes \S+:1\.0\.0/);
  tell('a pull request is opened, nothing is known yet');
  await repository.label(number, '1.0.0-rc.1');
  await shows(repository, byTitle ? /publishes \S+:1\.0\.0-rc\.1/ : /2 different versions/);
  tell('a label is added');
  await repository.unlabel(number, '1.0.0-rc.1');
  await shows(repository, /publishes \S+:1\.0\.0$/);
  tell('a label is taken away');
  await repository.push(number, { 'a/x': '2' });
  await isPlanned();
  tell('a commit is pushed');
  await repository.push(number, {
    [files['a/Dockerfile'] === undefined ? 'Dockerfile' : 'a/Dockerfile']: dockerfile('RUN :'),
  });
  await isPlanned();
  tell('a commit is pushed that changes the Dockerfile');
  await repository.merge(number);
  await settledPull(repository, number);
  tell('it is merged and published');
}
