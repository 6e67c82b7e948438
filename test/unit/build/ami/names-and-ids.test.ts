import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAmiIds } from '../../../../src/ami-ids.ts';
import { amiName } from '../../../../src/build/ami/ami-name.ts';
import { amiTags, identityOfTags } from '../../../../src/build/ami/ami-tags.ts';
import { checkIds } from '../../../../src/build/ami/check-ids.ts';
import { identityLabels, sameIdentity } from '../../../../src/identity.ts';
import type { Service } from '../../../../src/terms.ts';

const service = (name: string): Service => ({
  name,
  nameFrom: 'the test',
  path: '.',
  dockerfile: 'Dockerfile',
  type: 'ami',
  build: { args: {} },
});
const commit = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';

describe('an AMI’s name', () => {
  it('is service, version and seven characters of the commit', () => {
    assert.equal(
      amiName({ service: service('team/orders'), version: '1.4.2-rc.1' }, commit),
      'team/orders-1.4.2-rc.1-0a1b2c3',
    );
  });

  it('has at most 128 characters', () => {
    const fits = 'o'.repeat(128 - '-1.0.0-0a1b2c3'.length);
    assert.equal(amiName({ service: service(fits), version: '1.0.0' }, commit).length, 128);
    assert.throws(() => amiName({ service: service(`${fits}o`), version: '1.0.0' }, commit), {
      code: 'service-name-invalid',
      message: /has 129 characters; an AMI's name has at most 128/,
    });
  });

  it('has only what EC2 takes', () => {
    assert.throws(() => amiName({ service: service('orders:x'), version: '1.0.0' }, commit), {
      code: 'service-name-invalid',
      message: /holds only letters/,
    });
  });
});

it('tags say whose a version is, each within EC2’s 256 characters', () => {
  const identity = { repositoryId: 7, path: 'services/orders', commit };
  const artifact = { service: service('orders'), version: '1.0.0', versionFrom: 'the test' };
  const labels = identityLabels({ identity, buildId: 'b-1', version: '1.0.0', sourceUrl: 'https://github.com/acme/o' });
  const url = `https://github.com/acme/${'o'.repeat(300)}/pull/1`;
  const tags = amiTags({ artifact, buildId: 'b-1', labels, defaultLabels: { 'org.opencontainers.image.url': url } });
  assert.equal(tags.Name, 'orders:1.0.0');
  assert.equal(tags['slipway:commit'], commit);
  assert.equal(tags['slipway:pull-request']?.length, 256);
  assert.ok(sameIdentity(identityOfTags(tags).identity, identity));
  assert.ok(!sameIdentity(identityOfTags({ Name: 'orders:1.0.0' }).identity, identity));
});

describe('ids of machine images', () => {
  const ids = parseAmiIds('us-east-1:ami-0b,eu-central-1:ami-0a');
  const manifest = (...runs: readonly [string, string][]) =>
    JSON.stringify({
      builds: runs.map(([run, id]) => ({ artifact_id: id, packer_run_uuid: run })),
      last_run_uuid: runs.at(-1)?.[0],
    });

  it('come with the first region of slipway.yml first', () => {
    const found = checkIds({ story: { ids }, manifest: undefined }, ['eu-central-1', 'us-east-1']);
    assert.deepEqual(found, parseAmiIds('eu-central-1:ami-0a,us-east-1:ami-0b'));
  });

  it('agree with the last run of the manifest', () => {
    const noted = manifest(['one', 'eu-central-1:ami-0e'], ['two', 'eu-central-1:ami-0a,us-east-1:ami-0b']);
    assert.equal(checkIds({ story: { ids }, manifest: noted }, []).length, 2);
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['a manifest with another id', manifest(['one', 'eu-central-1:ami-0e,us-east-1:ami-0b']), /its manifest has `eu-/],
    ['a manifest with fewer', manifest(['one', 'eu-central-1:ami-0a']), /expected the same/],
    ['a manifest that is none', 'hello', /its manifest has nothing/],
    ['a manifest of JSON that is none', '[1]', /its manifest has nothing/],
  ];
  for (const [what, text, says] of wrong) {
    it(`are refused with ${what}`, () =>
      assert.throws(() => checkIds({ story: { ids }, manifest: text }, []), { code: 'build-failed', message: says }));
  }

  it('are refused where there is none, or two for a region', () => {
    assert.throws(() => checkIds({ story: { ids: [] }, manifest: undefined }, []), /named no machine image/);
    const two = parseAmiIds('eu-central-1:ami-0a,eu-central-1:ami-0b');
    assert.throws(() => checkIds({ story: { ids: two }, manifest: undefined }, []), /more than one machine image/);
  });

  it('are read from nothing else', () => {
    for (const text of ['', 'sha256:abc', 'ami-0a', 'eu-central-1:i-0a', 'EU:ami-0a', 'eu-central-1:ami-xyz'])
      assert.deepEqual(parseAmiIds(text), []);
  });
});
