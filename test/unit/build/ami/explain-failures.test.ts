import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainAwsError } from '../../../../src/build/ami/explain-aws-error.ts';
import { explainPackerFailure } from '../../../../src/build/ami/explain-packer-failure.ts';
import type { PackerStory } from '../../../../src/build/ami/follow-packer.ts';
import { locateFailure } from '../../../../src/build/ami/locate-failure.ts';

const awsError = (name: string, status?: number, message = 'words') =>
  Object.assign(new Error(message), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
  });

describe('what a failed call to AWS means', () => {
  const cases: readonly (readonly [string, Error, string, boolean])[] = [
    ['throttling', awsError('RequestLimitExceeded', 503), 'aws-unavailable', true],
    ['throttling with 400', awsError('ThrottlingException', 400), 'aws-unavailable', true],
    ['an error of its own', awsError('InternalError', 500), 'aws-unavailable', true],
    ['no answer', awsError('TimeoutError'), 'aws-unavailable', true],
    [
      'no name',
      awsError('Error', undefined, 'getaddrinfo ENOTFOUND ec2.eu-x-1.amazonaws.com'),
      'aws-unavailable',
      true,
    ],
    ['a wrong signature', awsError('AuthFailure', 401), 'aws-refused', false],
    ['a policy', awsError('UnauthorizedOperation', 403), 'aws-refused', false],
    ['an expired session', awsError('ExpiredTokenException', 400), 'aws-refused', false],
    ['no credentials at all', awsError('CredentialsProviderError'), 'aws-refused', false],
    ['a request that it does not take', awsError('InvalidParameterValue', 400), 'aws-refused', false],
    ['a stop', awsError('AbortError'), 'cancelled', false],
  ];
  for (const [what, error, code, transient] of cases) {
    it(`${what}: ${code}`, () => {
      const explained = explainAwsError(error, 'looking for the version');
      assert.deepEqual([explained.code, explained.transient, explained.fault], [code, transient, 'ours']);
    });
  }
});

const json = `{
  "builders": [],
  "provisioners": [
    { "type": "shell-local", "inline": ["true"] },
    {
      "type": "shell",
      "inline": ["true"]
    },
    {
      "type": "shell-local",
      "inline": ["false"]
    }
  ]
}
`;
const hcl = `build {
  sources = ["source.amazon-ebs.orders"]
  provisioner "shell" {
    inline = ["true"]
  }
  provisioner "shell-local" {
    inline = ["false"]
  }
}
`;
const shellLocal = 'Running local shell script: /tmp/packer-shell1';
const shellRemote = 'Provisioning with shell script: /tmp/packer-shell2';

describe('the line of a template that a failure points to', () => {
  const at = (given: Partial<Parameters<typeof locateFailure>[0]>) =>
    locateFailure({ template: 'packer.json', text: json, said: [], words: '', ...given });

  it('is that of the provisioner that was at work', () => {
    assert.equal(at({ said: ['Launching', shellLocal] }), 4);
    assert.equal(at({ said: ['Launching', shellLocal, shellRemote] }), 6);
    assert.equal(at({ said: ['Launching', shellLocal, shellRemote, shellLocal] }), 10);
    assert.equal(at({ template: 'a.pkr.hcl', text: hcl, said: [shellRemote, shellLocal] }), 6);
  });

  it('is the one that Packer names', () => {
    assert.equal(at({ template: 'a.pkr.hcl', text: hcl, words: 'Error: no such\n\n  on a.pkr.hcl line 12:' }), 12);
    assert.equal(at({ words: 'Error parsing JSON: invalid character. At line 5, column 1 (offset 9)' }), 5);
  });

  it('is none before a provisioner, or in a template that is not what it seems', () => {
    assert.equal(at({ said: ['Launching'] }), undefined);
    assert.equal(at({ said: [shellLocal], text: '{{{' }), undefined);
    assert.equal(at({ said: [shellLocal], text: '[]' }), undefined);
    assert.equal(at({ said: [shellLocal], text: '{"provisioners": 7}' }), undefined);
  });
});

describe('why a run of Packer has failed', () => {
  const story: PackerStory = {
    ids: [],
    errors: [],
    complaints: [],
    said: ['Launching', shellLocal],
    tail: ['the last line'],
    mentioned: new Set(),
  };
  const explain = (end: { status: number; outOfMemory?: boolean }, told: Partial<PackerStory> = {}) =>
    explainPackerFailure({
      end: { outOfMemory: false, ...end },
      story: { ...story, ...told },
      template: 'packer.json',
      text: json,
      templatePath: 'vm/packer.json',
      memory: '1024 MiB',
    });

  it('a provisioner: yours, on its line', () => {
    const error = explain({ status: 1 }, { errors: ['Script exited with non-zero exit status: 3'] });
    assert.deepEqual([error.code, error.fault, error.transient], ['build-failed', 'yours', false]);
    assert.equal(error.annotation?.startLine, 4);
    assert.equal(error.annotation.path, 'vm/packer.json');
    assert.deepEqual(error.tail, ['the last line']);
  });

  it('a template that cannot be read: yours, before anything is said', () => {
    const error = explain({ status: 1 }, { said: [], complaints: ['Failed to parse template: At line 3, column 1'] });
    assert.deepEqual([error.code, error.fault, error.annotation?.startLine], ['template-invalid', 'yours', 3]);
  });

  it('throttling: tried again; credentials: ours, and not tried again', () => {
    const busy = explain({ status: 1 }, { errors: ['RequestLimitExceeded: slow down\n\tstatus code: 503'] });
    assert.deepEqual([busy.code, busy.transient, busy.fault], ['aws-unavailable', true, 'ours']);
    const refused = explain({ status: 1 }, { errors: ['UnauthorizedOperation: not you\n\tstatus code: 403'] });
    assert.deepEqual([refused.code, refused.transient, refused.fault], ['aws-refused', false, 'ours']);
  });

  it('a container that was killed from outside: tried again; for its memory: ours, and said', () => {
    const killed = explain({ status: 137 });
    assert.deepEqual([killed.code, killed.transient], ['engine-lost', true]);
    const full = explain({ status: 137, outOfMemory: true });
    assert.match(full.message, /more than its 1024 MiB of memory/);
    assert.match(full.help ?? '', /PACKER_MEMORY/);
  });

  it('a write into the merged tree: says where to write', () => {
    const error = explain({ status: 1 }, { errors: ['sh: out: Read-only file system'] });
    assert.match(error.help ?? '', /the variable `work` names/);
  });
});
