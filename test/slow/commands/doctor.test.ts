import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { template } from '../../support/ami.ts';
import { packerImage } from '../../support/packer-image.ts';
import { engineHost } from '../../support/parts.ts';

const root = path.join(import.meta.dirname, '../../..');
let image: string;
before(async () => {
  image = await packerImage();
});

type Line = { name: string; state: string; found: string };

/** What the doctor says of the templates of a folder; the worker's keys are those of nobody. */
async function validate(dir: string): Promise<Line[]> {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'none' };
  const endpoint = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_REGION: 'eu-central-1' };
  const env = { PATH: process.env.PATH, DOCKER_HOST: engineHost(), PACKER_IMAGE: image, ...keys, ...endpoint };
  const args = [path.join(root, 'src/main.ts'), 'doctor', dir, '--json'];
  // Not of interest here: there is neither registry nor App, so that it ends with another status than 0.
  const out = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { env, cwd: tmpdir() }, (_, stdout) => resolve(stdout));
  });
  const { checks } = JSON.parse(out) as { checks: Line[] };
  return checks.filter(({ name }) => name.startsWith('template of'));
}

/** A repository with one service for each of these files, which is its template. */
async function repository(test: TestContext, templates: Readonly<Record<string, string>>): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-templates-'));
  test.after(() => rm(dir, { recursive: true }));
  const services = Object.keys(templates).map((file) => ({ name: file, type: 'ami', packer: { template: file } }));
  await mkdir(path.join(dir, '.github'));
  // YAML takes JSON.
  await writeFile(path.join(dir, '.github/slipway.yml'), JSON.stringify({ services }));
  for (const [file, text] of Object.entries(templates)) {
    await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
    await writeFile(path.join(dir, file), text);
  }
  return dir;
}

const hcl = (line: string) => `variable "ami_name" {
  type = string
}
source "amazon-ebs" "orders" {
  region        = "eu-central-1"
  source_ami    = "ami-0123456789abcdef0"
  communicator  = "none"
  ami_name      = var.ami_name
  ${line}
}
build {
  sources = ["source.amazon-ebs.orders"]
}
`;

describe('slipway doctor DIR, with real Packer', () => {
  it('takes good templates of both forms, without credentials', async (test) => {
    const dir = await repository(test, {
      'good.json': template(),
      'good.pkr.hcl': hcl('instance_type = "t3.micro"'),
      'regions.json': template({ builder: { ami_regions: ['eu-central-1', 'us-east-1'] } }),
    });
    const lines = await validate(dir);
    assert.deepEqual(
      lines.map(({ name, state, found }) => [name, state, found]),
      ['good.json', 'good.pkr.hcl', 'regions.json'].map((file) => [
        `template of ${file}`,
        'ok',
        `Packer takes \`${file}\``,
      ]),
    );
  });

  it('says what is wrong with others, and where', async (test) => {
    const dir = await repository(test, {
      'unknown.json': template({ builder: { instance_typ: 't3.micro' } }),
      'broken.json': template().replace('[', '[,'),
      'unknown.pkr.hcl': hcl('instance_typ = "t3.micro"'),
    });
    const lines = await validate(dir);
    const words = [/unknown configuration key.*instance_typ/, /At line \d+, column/, /on unknown\.pkr\.hcl line 9/];
    for (const [index, { state, found }] of lines.entries()) {
      assert.equal(state, 'fails');
      assert.match(found, words[index] ?? /nothing/);
    }
    assert.equal(lines.length, words.length);
  });

  it('lets no template ask AWS for a secret while it is read', async (test) => {
    const dir = await repository(test, {
      'asking.json': template().replace('"endpoint": ""', '"endpoint": "{{ aws_secretsmanager `name` `key` }}"'),
    });
    const [line] = await validate(dir);
    assert.equal(line?.state, 'warning');
    assert.match(line.found, /asks for something while it is read.*NoCredentialProviders/);
  });

  it('takes the template of the example', async () => {
    const lines = await validate(path.join(root, 'examples/orders-ami'));
    assert.deepEqual(
      lines.map(({ name, state }) => [name, state]),
      [['template of orders-machine', 'ok']],
    );
  });
});
