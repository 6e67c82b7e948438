import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import type { Pipeline } from '../../../src/publish/pipeline.ts';
import { settlePullPlan } from '../../../src/publish/settle-pull-plan.ts';
import type { PullRecord, Standing } from '../../../src/store/store.ts';
import type { Plan } from '../../../src/terms.ts';
import { sampleArtifact, sampleService } from '../../support/sample-merge.ts';

const pull = { repositoryId: 42, number: 7 } as PullRecord;
const signal = new AbortController().signal;
const publishing: Plan = { kind: 'publish', artifacts: [sampleArtifact()] };
const unversioned: Plan = {
  kind: 'refused',
  refusal: { reason: 'No version.', help: '' },
  unversioned: { services: [sampleService()], isMissing: true, isNamed: false },
};

function pipeline(
  options: { published?: readonly string[]; standing?: Partial<Standing>; broken?: SlipwayError } = {},
) {
  const { published = [], standing = {}, broken } = options;
  const versions = async () => {
    if (broken) throw broken;
    return published;
  };
  const find = async () => ({
    digest: 'sha256:1234567890ab',
    size: 1,
    identity: { commit: 'abcdef0123' },
    sourceUrl: '',
    place: 'in the registry',
  });
  return {
    builders: { docker: { versions, find } },
    store: {
      standing: async () => ({ taken: [], claimed: [], claims: [], ...standing }),
      text: async () => undefined,
      keepText: async () => undefined,
    },
  } as unknown as Pipeline;
}

const settle = async (plan: Plan, options: Parameters<typeof pipeline>[0] = {}) =>
  (await settlePullPlan({ pipeline: pipeline(options), pull, signal }, { plan, recipes: {} })) ??
  assert.fail('nothing to show');

test('without the registry’s answer there is no verdict: it is asked again, even where it refuses us', async () => {
  const broken = new SlipwayError('registry-refused', 'The registry refused the account.');
  for (const plan of [publishing, unversioned]) {
    await assert.rejects(settle(plan, { broken }), (error) => error instanceof SlipwayError && error.transient);
  }
});

test('the service of another repository is refused, and its owner named', async () => {
  const owner = { repositoryId: 9, owner: 'bolt', repo: 'orders' };
  const { artifacts } = await settle(publishing, { standing: { owner } });
  assert.match(artifacts[0]?.problem?.reason ?? '', /belongs to bolt\/orders/);
  const ours = await settle(publishing, { standing: { owner: { ...owner, repositoryId: 42 } } });
  assert.equal(ours.artifacts[0]?.problem, undefined);
});

test('a version that is in the registry alone is refused with who published it, and the next free one', async () => {
  const { artifacts } = await settle(publishing, { published: ['1.4.2', '1.4.3'] });
  assert.match(artifacts[0]?.problem?.reason ?? '', /in the registry already, published from commit abcdef0/);
  assert.match(artifacts[0]?.problem?.help ?? '', /1\.4\.4/);
});

test('buttons count from what is published and reserved, and skip what open pull requests ask for', async () => {
  const { suggestions } = await settle(unversioned, {
    published: ['1.4.2'],
    standing: { taken: ['1.5.0'], claimed: ['1.5.1', '1.5.2', '9.0.0'] },
  });
  assert.deepEqual(
    suggestions.map(({ version }) => version),
    ['1.5.3', '1.6.0', '2.0.0'],
  );
});

test('a branch that only the pull request’s own slipway.yml names is shown as what will apply', async () => {
  const ignored: Plan = { kind: 'ignored', reason: 'develop is not configured' };
  const settling = { pipeline: pipeline(), pull, signal };
  assert.equal(await settlePullPlan(settling, { plan: ignored, recipes: {} }), undefined);
  const shown = await settlePullPlan(settling, { plan: ignored, recipes: {}, next: publishing });
  assert.deepEqual([shown?.plan.kind, shown?.next?.plan.kind], ['skipped', 'publish']);
});

test('what the pull request’s own slipway.yml would publish is held against what is taken, too', async () => {
  const renamed = sampleArtifact({ service: sampleService({ name: 'renamed' }) });
  const standing = async (service: string) => ({
    taken: [],
    claimed: [],
    claims: [],
    ...(service === 'renamed' && { owner: { repositoryId: 9, owner: 'bolt', repo: 'renamed' } }),
  });
  const settling = { pipeline: { ...pipeline(), store: { standing } } as unknown as Pipeline, pull, signal };
  const next: Plan = { kind: 'publish', artifacts: [renamed] };
  const shown = await settlePullPlan(settling, { plan: publishing, recipes: {}, next });
  assert.equal(shown?.artifacts[0]?.problem, undefined);
  assert.match(shown?.next?.artifacts[0]?.problem?.reason ?? '', /belongs to bolt\/renamed/);
});

test('a pull request of a repository that the service does not belong to takes no version away', async () => {
  const claim = { installationId: 7, owner: 'bolt', repo: 'fake', author: 'eve', isDraft: false };
  const claims = [{ ...claim, repositoryId: 9, number: 3 }];
  const asking = { getCollaboratorPermissionLevel: async () => ({ data: { permission: 'admin' }, headers: {} }) };
  const settleAs = async (owner: number | undefined) => {
    const standing = {
      claims,
      ...(owner === undefined ? {} : { owner: { repositoryId: owner, owner: 'acme', repo: 'orders' } }),
    };
    const github = async () => ({ rest: { repos: asking } });
    const settling = { pipeline: { ...pipeline({ standing }), github } as unknown as Pipeline, pull, signal };
    return (await settlePullPlan(settling, { plan: publishing, recipes: {} }))?.artifacts[0];
  };
  assert.match((await settleAs(undefined))?.problem?.reason ?? '', /asked for by bolt\/fake#3 first/);
  const ours = await settleAs(42);
  assert.deepEqual([ours?.problem, ours?.notes], [undefined, []]);
});
