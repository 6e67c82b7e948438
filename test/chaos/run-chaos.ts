import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startGitHub } from '../github/start-github.ts';
import { startFront } from '../support/front.ts';
import { dockerfile, orders } from '../support/orders.ts';
import { startRegistry } from '../support/registries.ts';
import { testEnvironment } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';
import { chaosEngine } from './chaos-engine.ts';
import { chaosServer } from './chaos-server.ts';
import { builtAgain, type ChaosMerge, isSettled, look, type Seen, violationsOf } from './check-outcome.ts';
import { freezeInPush } from './freeze-in-push.ts';
import { injectFault } from './inject-fault.ts';
import { type Random, seeded } from './random.ts';

export type ChaosOptions = {
  readonly seed: number;
  readonly merges: number;
  /** PostgreSQL's address; the embedded store where absent. */
  readonly databaseUrl?: string;
  /** Milliseconds after which what has no verdict counts as lost. */
  readonly limit: number;
  say(line: string): void;
};

export type ChaosResult = {
  readonly seen: readonly Seen[];
  /** What is wrong beside the merges themselves. */
  readonly problems: readonly string[];
  readonly kills: { readonly server: number; readonly registry: number; readonly engine: number };
};

const repositories = 10;
/** Each kind is among them. */
const leastTroubles = 8;
const owners = ['acme', 'bolt', 'crane', 'dock', 'ebb'];
/** What the server says at the points at which it is killed. */
const points = [
  /^merge taken in/,
  /^planned/,
  /^phase fetch/,
  /^phase build/,
  /^staged/,
  // The manifest stands in the registry.
  /^published/,
  // The verdict is kept, and its report is to come.
  /:\S+ published$/,
  /^reported/,
];

/**
 * Merges while server and registry are killed at random moments and at named points, webhooks come twice, late or never,
 * and GitHub and the registry fail now and then. At the end everything is looked at from outside.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const random = seeded(options.seed);
  const releasers: (() => Promise<unknown>)[] = [];
  try {
    return await run(options, random, releasers);
  } finally {
    for (const release of releasers.splice(0).toReversed()) await release();
  }
}

async function run(options: ChaosOptions, random: Random, releasers: (() => Promise<unknown>)[]): Promise<ChaosResult> {
  const { say } = options;
  const github = await startGitHub({ basePath: '/api/v3' });
  releasers.push(() => github.stop());
  const storage = await mkdtemp(path.join(tmpdir(), 'slipway-chaos-images-'));
  releasers.push(() => rm(storage, { recursive: true, force: true }));
  let registry = await startRegistry({ storage });
  releasers.push(() => registry.stop());
  const { port } = registry;
  let registryTrouble = 0;
  const front = await startFront({
    target: registry.address,
    answer(_, response) {
      if (registryTrouble === 0 || random.next() > 0.3) return false;
      registryTrouble -= 1;
      if (random.next() < 0.5) response.writeHead(503, { 'retry-after': '1' }).end();
      else response.destroy();
      return true;
    },
  });
  releasers.push(() => front.stop());
  const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-chaos-'));
  releasers.push(() => rm(dataDir, { recursive: true, force: true }));
  const engine = await chaosEngine();
  releasers.push(() => engine.stop());
  const environment = {
    ...process.env,
    ...testEnvironment(github, path.join(dataDir, 'first')),
    ALLOWED_OWNERS: owners.join(','),
    REGISTRY: front.address,
    DOCKER_HOST: engine.host,
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
  };
  const server = chaosServer(environment, (serverPort) =>
    github.deliverTo(`http://127.0.0.1:${serverPort}/api/github/webhooks`),
  );
  releasers.push(() => server.stop());
  const places = [];
  for (let index = 0; index < repositories; index += 1) {
    const owner = owners[index % owners.length] ?? 'acme';
    places.push(await orders(github, { owner, files: { Dockerfile: dockerfile('COPY . /srv', 'RUN sleep 0.3') } }));
  }
  // A second worker, which is never killed but frozen in the middle of a push, until others have taken its build.
  const second = chaosServer({ ...environment, DATA_DIR: path.join(dataDir, 'second') }, () => undefined, 'worker');
  await server.start();
  if (options.databaseUrl !== undefined) {
    await second.start();
    releasers.push(() => second.stop());
  }
  await until('the first sweep is over', () => server.lines.some(({ msg }) => msg === 'the sweep is over'));

  let registryKills = 0;
  let engineKills = 0;
  let over = false;
  let troubles = 0;
  const nextPoint = random.deck(points);
  const makeTrouble = {
    async server() {
      const from = server.lines.length;
      const point = nextPoint();
      await Promise.race([
        until(String(point), () => over || server.lines.slice(from).some(({ msg }) => point.test(msg))),
        pause(4000),
      ]);
      await server.kill();
      await server.start();
    },
    async registry() {
      registryKills += 1;
      await registry.stop();
      await pause(random.between(100, 1500));
      registry = await startRegistry({ storage, port });
    },
    async engine() {
      if (!engine.mayDie) return;
      engineKills += 1;
      await engine.restart();
    },
    async registryFails() {
      registryTrouble += 3;
    },
    async githubFails() {
      injectFault(github, random);
    },
  };
  const nextTrouble = random.deck([
    ...(['server', 'server', 'server', 'server'] as const),
    ...(['registry', 'engine', 'registryFails', 'githubFails'] as const),
  ]);
  const trouble = (async () => {
    while (!over) {
      await pause(random.between(200, 1000));
      await makeTrouble[nextTrouble()]();
      troubles += 1;
    }
  })();

  const freezing = options.databaseUrl === undefined ? undefined : freezeInPush(second, server, () => over);

  const merges: ChaosMerge[] = [];
  const late: Promise<unknown>[] = [];
  for (let index = 0; index < options.merges; index += 1) {
    const repository = random.pick(places);
    const version = `1.${index}.0`;
    const delivery = random.pick(['once', 'once', 'twice', 'late', 'never']);
    const pull = await repository.openPullRequest({
      title: version,
      files: { [`file-${index}`]: version },
      labels: [`version:${version}`],
      deliver: false,
    });
    const { mergeCommit } = await repository.merge(pull.number, { deliver: false });
    const webhook = repository.payload(pull.number, 'closed');
    if (delivery === 'once' || delivery === 'twice') late.push(github.send(webhook));
    if (delivery === 'twice') late.push(github.send(webhook));
    if (delivery === 'late') late.push(pause(random.between(2000, 6000)).then(() => github.send(webhook)));
    merges.push({ repository, number: pull.number, version, mergeCommit, delivery });
    await pause(random.between(300, 2500));
  }
  await Promise.all(late);
  await until('there was enough trouble', () => troubles >= leastTroubles, 120_000);
  over = true;
  await trouble;
  const frozen = await freezing;
  github.clearFaults();
  registryTrouble = 0;
  // What no webhook told of, or what came while the server was down, is found at a start.
  await server.kill();
  await server.start();
  const end = Date.now() + options.limit;
  await until('every merge has its verdict', () => merges.every(isSettled) || Date.now() > end, options.limit + 5000);
  const exit = await server.stop();
  const seen = [];
  for (const merge of merges) seen.push(await look(merge, registry.address));
  const lines = [...server.lines, ...second.lines].sort((a, b) => a.time.localeCompare(b.time));
  const again = builtAgain(lines);
  const left = lines.filter(({ msg }) => msg === 'request failed').length;
  const problems = [
    ...again.map((build) => `build ${build} was built again after its staging push`),
    ...violationsOf(github).map((violation) => `GitHub would not have taken: ${violation}`),
    ...(exit === 0 ? [] : [`the server ended with ${exit}`]),
    ...(frozen ?? []),
    ...(options.databaseUrl === undefined || frozen ? [] : ['no worker was frozen in a push']),
    ...(left === 0 ? [] : [`${left} requests failed`]),
  ];
  say(`server killed ${server.kills} times, registry ${registryKills} times, engine ${engineKills} times`);
  return { seen, problems, kills: { server: server.kills, registry: registryKills, engine: engineKills } };
}
