import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { askPacker } from '../../../../src/build/ami/ask-packer.ts';
import { createAmiType } from '../../../../src/build/ami/create-ami-type.ts';
import type { Aws } from '../../../../src/build/ami/open-aws.ts';
import type { ContainerPlan } from '../../../../src/build/docker/containers.ts';
import type { PackerOptions } from '../../../../src/terms.ts';
import { fakeContainers, type Program } from '../../../support/fake-containers.ts';
import { memoryLog } from '../../../support/memory-log.ts';
import { sampleService } from '../../../support/sample-merge.ts';

const signal = new AbortController().signal;
const memory = 2 ** 30;
/** What a build would be given more of than Slipway's own variables. */
const workers = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'hush', HTTPS_PROXY: 'http://me:hush@proxy:3128' };
const usual: PackerOptions = { template: 'packer.json', variables: { size: 'small' }, only: [], regions: [] };

type Given = {
  packer?: Partial<PackerOptions>;
  files?: Record<string, 'file' | 'folder'>;
  region?: string | undefined;
  image?: string | undefined;
};

/** Has a Packer that the test writes validate a template. What it was given is kept, and that it was tidied away. */
async function validate(program: Program, given: Given = {}) {
  const plans: ContainerPlan[] = [];
  const sent: string[] = [];
  const containers = fakeContainers(async function* (run) {
    plans.push(run.plan);
    return yield* program(run);
  });
  const files = given.files ?? { 'image/packer.json': 'file' };
  const { region, image } = { region: 'eu-central-1', image: 'packer:1', ...given };
  // Whoever asks AWS for anything, credentials first, finds nothing to ask.
  const aws = { region } as Aws;
  const { log } = memoryLog();
  const type = createAmiType({ containers, aws, settings: { image, memory }, environment: workers, log });
  const service = sampleService({ name: 'orders', path: 'image', type: 'ami', packer: { ...usual, ...given.packer } });
  const source = {
    read: async (path: string) => (files[path] === 'file' ? 'the template' : undefined),
    kind: async (path: string) => files[path],
    context({ path }: { path: string }) {
      sent.push(path);
      return Readable.from([Buffer.from('a tar')]);
    },
    smallContext: async () => undefined,
    contextDigest: () => assert.fail('nobody asks'),
  };
  try {
    const found = (await type.validate?.({ service, source, signal })) ?? assert.fail('it validates nothing');
    return { ...found, plan: plans[0], sent };
  } finally {
    assert.deepEqual([containers.all.size, containers.volumes.size], [0, 0], 'something is left on the engine');
  }
}

const says = (status: number, ...lines: string[]): Program =>
  async function* () {
    for (const line of lines) yield `1764000000,,ui,error,${line}\n`;
    return { status };
  };

describe('the validation of a template', () => {
  it('has Packer read it as for a build, without a network and without a key of anybody', async () => {
    const { kind, found, plan, sent } = await validate(says(0), { packer: { only: ['amazon-ebs'] } });
    assert.deepEqual([kind, found], ['valid', 'Packer takes `image/packer.json`']);
    assert.ok(plan);
    const { command, environment, isolated, image } = plan;
    assert.deepEqual(command.slice(0, 4), ['packer', 'validate', '-machine-readable', '-only=amazon-ebs']);
    assert.equal(command.at(-1), 'packer.json');
    for (const pair of ['size=small', 'service_name=orders', 'version=1.0.0', 'ami_name=orders-1.0.0-0000000'])
      assert.ok(command.includes(pair), pair);
    assert.deepEqual([isolated, image, sent], [true, 'packer:1', ['image']]);
    assert.deepEqual(
      Object.keys(environment).filter((name) => !name.startsWith('PKR_VAR_')),
      ['HOME', 'PACKER_CACHE_DIR', 'CHECKPOINT_DISABLE', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
    );
  });

  it('says in one sentence what Packer does not take', async () => {
    const words = `Error: Failed to prepare build: "amazon-ebs"\\n\\n1 error occurred:\\n\t* unknown key: 'ssh'%!(PACKER_COMMA) no\\n`;
    await assert.rejects(validate(says(1, words)), {
      code: 'template-invalid',
      message: `Packer cannot use \`image/packer.json\`: Error: Failed to prepare build: "amazon-ebs" 1 error occurred: * unknown key: 'ssh', no`,
      help: 'Correct the template.',
    });
    await assert.rejects(validate(says(1)), { code: 'template-invalid', message: /ended with status 1 and no word/ });
  });

  it('does not judge a template that asks for secrets while it is read', async () => {
    const words =
      'Error in function call: NoCredentialProviders: no valid\\nproviders in chain: connect: network is\\nunreachable';
    const { kind, found } = await validate(says(1, words));
    assert.equal(kind, 'unknown');
    assert.match(found, /`image\/packer\.json` asks for something while it is read.*network is unreachable/);
  });

  it('takes a folder, and needs a template, a region and an image', async () => {
    const folder = { packer: { template: 'all' }, files: { 'image/all': 'folder' } } as const;
    assert.equal((await validate(says(0), folder)).found, 'Packer takes `image/all`');
    await assert.rejects(validate(says(0), { files: {} }), { code: 'template-missing' });
    await assert.rejects(validate(says(0), { region: undefined }), { code: 'configuration-invalid' });
    await assert.rejects(validate(says(0), { image: undefined }), { code: 'unsupported' });
  });
});

describe('the version of Packer', () => {
  const ask = (text: string) => {
    const containers = fakeContainers(async function* ({ plan }) {
      assert.deepEqual([plan.isolated, plan.environment], [true, { CHECKPOINT_DISABLE: '1' }]);
      yield text;
      return { status: 0 };
    });
    return askPacker(containers, { image: 'packer:1', memory }, signal);
  };

  it('is what it tells itself', async () => {
    assert.equal(await ask('Packer v1.6.6\n\nYour version of Packer is out of date!\n'), '1.6.6');
    await assert.rejects(ask('sh: packer: not found\n'), {
      code: 'packer-unavailable',
      message: /in the image packer:1 told none/,
    });
  });
});
