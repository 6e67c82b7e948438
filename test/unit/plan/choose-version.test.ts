import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import semver from 'semver';
import { chooseVersion, type VersionQuestion } from '../../../src/plan/choose-version.ts';

const question = (given: Partial<VersionQuestion>): VersionQuestion => ({
  labels: [],
  title: '',
  serviceName: 'orders',
  serviceNames: ['orders'],
  authorMayWrite: true,
  ...given,
});
const choose = (given: Partial<VersionQuestion>) => chooseVersion(question(given));
const labelled = (...labels: string[]) => choose({ labels });
const titled = (title: string) => choose({ title });
const several = (serviceName: string, ...labels: string[]) =>
  choose({ labels, serviceName, serviceNames: ['orders', 'team/billing', 'mail'] });

function versionOf(choice: ReturnType<typeof choose>): string {
  assert.equal(choice.kind, 'version', JSON.stringify(choice));
  return choice.kind === 'version' ? choice.version : '';
}
function refusalOf(choice: ReturnType<typeof choose>): string {
  assert.equal(choice.kind, 'refused', JSON.stringify(choice));
  return choice.kind === 'refused' ? choice.reason : '';
}
function missingOf(choice: ReturnType<typeof choose>): string {
  assert.equal(choice.kind, 'missing', JSON.stringify(choice));
  return choice.kind === 'missing' ? choice.reason : '';
}

describe('a version label', () => {
  const forms = {
    'version:1.4.2': '1.4.2',
    'version/1.4.2': '1.4.2',
    'VERSION: 1.4.2 ': '1.4.2',
    ' Version : 1.4.2': '1.4.2',
    'v1.4.2': '1.4.2',
    'V1.4.2': '1.4.2',
    ' 1.4.2 ': '1.4.2',
    'version:1.4.2-rc.1': '1.4.2-rc.1',
    'v2.0.0-alpha.0.x-y': '2.0.0-alpha.0.x-y',
  };
  for (const [label, version] of Object.entries(forms)) {
    it(`is read from \`${label}\``, () => assert.equal(versionOf(labelled('bug', label)), version));
  }

  it('says which label decided', () => {
    const choice = labelled('version:1.4.2');
    assert.deepEqual(choice, { kind: 'version', version: '1.4.2', from: 'label `version:1.4.2`' });
  });

  it('goes before the title', () =>
    assert.equal(versionOf(choose({ labels: ['v2.0.0'], title: 'Release 1.0.0' })), '2.0.0'));

  it('counts whoever wrote the pull request', () =>
    assert.equal(versionOf(choose({ labels: ['v2.0.0'], authorMayWrite: false })), '2.0.0'));

  it('that stands there twice is one', () => {
    assert.equal(versionOf(labelled('version:1.4.2', 'v1.4.2', '1.4.2')), '1.4.2');
  });

  it('that contradicts another is refused, and both are named', () => {
    const reason = refusalOf(labelled('version:1.4.2', 'v1.4.3'));
    assert.match(reason, /`version:1\.4\.2` and `v1\.4\.3`/);
  });

  for (const label of [
    'version:1.4',
    'version:v2',
    'version:',
    'version:v1.4.2',
    'version:next',
    'version/01.2.3',
    'version::1.4.2',
    'version:https://x',
  ]) {
    it(`that holds no version is refused: \`${label}\``, () => {
      const choice = labelled(label);
      assert.match(refusalOf(choice), /holds no version: expected a SemVer/);
      assert.ok(choice.kind === 'refused' && choice.help.includes('`version:1.4.2`'));
    });
  }

  for (const label of ['v2', '1.4', 'v1.4.2.1', 'bug', 'versions:1.0.0', 'version', 'my 1.4.2', '=1.4.2', 'vv1.4.2']) {
    it(`is not what \`${label}\` is`, () => assert.match(missingOf(labelled(label)), /no version label/));
  }

  for (const label of ['version:1.4.2+7', '1.4.2+7', 'v1.4.2+build.7']) {
    it(`with build metadata is refused with the reason: \`${label}\``, () =>
      assert.match(refusalOf(labelled(label)), /has build metadata.*cannot hold a `\+`/));
  }

  it('over 128 characters is refused with the reason', () => {
    assert.match(refusalOf(labelled(`version:1.4.2-${'a'.repeat(123)}`)), /has 129 characters.*at most 128/);
    assert.equal(versionOf(labelled(`version:1.4.2-${'a'.repeat(122)}`)).length, 128);
  });
});

describe('a version label of a repository with several services', () => {
  it('that names a service is for that one', () => {
    assert.equal(versionOf(several('orders', 'version:orders:1.4.2', 'version:mail:3.0.0')), '1.4.2');
    assert.equal(versionOf(several('mail', 'version:orders:1.4.2', 'version:mail:3.0.0')), '3.0.0');
    assert.match(missingOf(several('team/billing', 'version:orders:1.4.2')), /no version label/);
  });
  it('may name a service with a slash', () => {
    assert.equal(versionOf(several('team/billing', 'version: team/billing : 2.0.0')), '2.0.0');
    assert.equal(versionOf(several('team/billing', 'version/team/billing/2.0.0')), '2.0.0');
  });
  it('without a name is for every service', () => {
    for (const name of ['orders', 'team/billing', 'mail']) assert.equal(versionOf(several(name, 'v1.0.0')), '1.0.0');
  });
  it('that names an unknown service is refused, and the known ones are named', () => {
    const choice = several('orders', 'version:order:1.4.2');
    assert.match(refusalOf(choice), /names the service `order`/);
    assert.ok(choice.kind === 'refused' && choice.help.includes('`orders`') && choice.help.includes('`team/billing`'));
  });
  it('contradicts one without a name', () => {
    assert.match(refusalOf(several('orders', 'version:1.0.0', 'version:orders:2.0.0')), /different versions/);
    assert.equal(versionOf(several('mail', 'version:1.0.0', 'version:orders:2.0.0')), '1.0.0');
  });
  it('that is malformed for one service leaves the others alone', () => {
    assert.match(refusalOf(several('orders', 'version:orders:next')), /holds no version/);
    assert.match(missingOf(several('mail', 'version:orders:next')), /no version label/);
  });
});

describe('a bump label', () => {
  for (const label of ['major', 'minor', 'patch', 'semver:minor', ' Semver:Major']) {
    it(`goes before the title: \`${label}\``, () => {
      assert.deepEqual(choose({ labels: ['bug', label], title: 'Release 1.4.2' }), {
        kind: 'bump',
        bump: label.trim().toLowerCase().replace('semver:', ''),
        from: `label \`${label.trim()}\``,
      });
    });
  }
  it('counts once where it stands twice, and two different ones are refused, both named', () => {
    assert.equal(labelled('minor', 'semver:minor').kind, 'bump');
    const choice = labelled('minor', 'semver:patch');
    assert.match(refusalOf(choice), /2 different bumps: `minor` and `semver:patch`/);
    assert.ok(choice.kind === 'refused' && choice.help.includes('`version:1.4.2`'));
  });
  it('yields to a version label', () => assert.equal(versionOf(labelled('minor', 'v1.4.2')), '1.4.2'));
  it('is not what a label about something else is', () => {
    assert.equal(labelled('majority', 'semver', 'semver:', 'minor fix').kind, 'missing');
  });
});

describe('a title', () => {
  const releases = {
    'Release v1.4.2-rc.1: retry': '1.4.2-rc.1',
    '[1.4.2] Fix': '1.4.2',
    '(v1.4.2) Fix': '1.4.2',
    '[ 1.4.2 ] Fix': '1.4.2',
    'chore(release): 1.4.2': '1.4.2',
    'orders 1.4.2': '1.4.2',
    'ORDERS: v1.4.2': '1.4.2',
    'orders@1.4.2': '1.4.2',
    '@acme/orders@1.4.2': '1.4.2',
    'Publish orders @ 1.4.2': '1.4.2',
    '1.4.2': '1.4.2',
    'v1.4.2: answer faster': '1.4.2',
    'Version 1.4.2.': '1.4.2',
    'Answer faster (version 1.4.2)': '1.4.2',
    'Release 1.4.2 (v1.4.2)': '1.4.2',
    'Answer (1.4.2) in release 1.4.2': '1.4.2',
    'release [1.4.2]; and more': '1.4.2',
  };
  for (const [title, version] of Object.entries(releases)) {
    it(`names a release: ${title}`, () => assert.equal(versionOf(titled(title)), version));
  }

  it('is named by the plan as what decided', () => {
    assert.deepEqual(titled('Release 1.4.2'), { kind: 'version', version: '1.4.2', from: 'title `Release 1.4.2`' });
  });

  for (const title of [
    'Bump node from 20.1.0 to 20.2.0',
    'Release 2.0.0 with node 20.2.0',
    'Release 1.4.2 (1.4.2+7)',
  ]) {
    it(`with two versions is refused: ${title}`, () => {
      const reason = refusalOf(titled(title));
      assert.match(reason, /names 2 different versions: `[^`]+` and `[^`]+`/);
    });
  }

  for (const title of [
    'Update lodash to v4.17.21',
    'prerelease 1.4.2',
    'Conversion 1.4.2',
    'my-orders 1.4.2',
    'billing/orders 1.4.2',
    'orders-api 1.4.2',
    '((1.4.2)) twice in brackets',
    'Releases 1.4.2',
    'release, 1.4.2',
  ]) {
    it(`names no release, and the plan says so: ${title}`, () => {
      assert.match(missingOf(titled(title)), /is not taken for one: it stands neither at the start nor behind/);
    });
  }

  for (const title of [
    '',
    'Answer faster',
    'Release 1.4',
    'Release v2',
    'release-1.4.2',
    'Release 1.4.2!',
    'Release 1.4.2..',
    'Release 1.4.2/3',
  ]) {
    it(`names no version: ${JSON.stringify(title)}`, () =>
      assert.match(missingOf(titled(title)), /the title names none/));
  }

  it('of an author without write access is no source of a version', () => {
    const choice = choose({ title: 'Release 1.4.2', authorMayWrite: false });
    assert.match(missingOf(choice), /`1\.4\.2` does not count, because its author has no write access/);
    assert.equal(choose({ title: 'From 1.0.0 to 2.0.0', authorMayWrite: false }).kind, 'missing');
  });

  it('with build metadata is refused with the reason', () => {
    assert.match(refusalOf(titled('Release 1.4.2+7')), /has build metadata/);
  });

  it('without a version says that the one of package.json is never used, and how to set one', () => {
    const choice = titled('Answer faster');
    assert.match(missingOf(choice), /`version` of package\.json is never used/);
    assert.ok(
      choice.kind === 'missing' && choice.help.includes('`version:1.4.2`') && choice.help.includes('`Release 1.4.2`'),
    );
  });

  it('of any length is read in bounded time', () => {
    const hostile = [
      ' '.repeat(1e6),
      '@'.repeat(1e6),
      `${'(release '.repeat(1e5)}1.4.2`,
      '1.'.repeat(5e5),
      `1.4.2-${'-'.repeat(1e6)}`,
      `version:${' '.repeat(1e6)}`,
      `1.0.0-${'0'.repeat(1e6)}`,
    ];
    const start = performance.now();
    for (const text of hostile) {
      titled(text);
      titled(text.slice(0, 1024));
      labelled(text, `version:${text}`);
    }
    assert.ok(performance.now() - start < 5000);
    assert.match(missingOf(titled(`Release 1.4.2 ${'x'.repeat(1024)}`)), /too many to be read/);
  });
});

describe('whatever the labels and the title are', () => {
  const number = fc.nat(99999);
  const ending = fc.array(fc.stringMatching(/^[0-9A-Za-z-]{1,6}$/), { minLength: 1, maxLength: 3 });
  const version = fc
    .tuple(number, number, number, fc.option(ending))
    .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre ? `-${pre.join('.')}` : ''}`)
    .filter((text) => semver.valid(text) === text);
  const piece = fc.oneof(
    fc.constantFrom(
      'version:',
      'v',
      'release ',
      'orders',
      ' ',
      ':',
      '/',
      '@',
      '[',
      '+7',
      '1.4',
      '\u202e',
      '`',
      '\ud800',
    ),
    version,
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[0-9v.+-]{0,12}$/),
  );
  const text = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''));

  it('a choice never throws and never accepts what semver rejects', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), text, (labels, title) => {
        const choice = choose({ labels, title });
        if (choice.kind === 'bump') return false;
        if (choice.kind !== 'version') return choice.reason.length > 0 && choice.help.length > 0;
        return (
          semver.valid(choice.version) === choice.version &&
          !choice.version.includes('+') &&
          choice.version.length <= 128
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('a title with exactly one release form is found', () => {
    const form = fc.constantFrom(
      (v: string) => `Release ${v}`,
      (v: string) => `v${v}: fix`,
      (v: string) => `[${v}] fix`,
      (v: string) => `chore(release): v${v}.`,
      (v: string) => `Fix things, orders@${v}`,
      (v: string) => `VERSION [${v}], at last`,
    );
    fc.assert(fc.property(form, version, (make, wanted) => versionOf(titled(make(wanted))) === wanted));
  });

  it('a label with exactly one version is found', () => {
    const form = fc.constantFrom('version:', 'version/', 'VERSION: ', 'v', '');
    fc.assert(fc.property(form, version, (prefix, wanted) => versionOf(labelled(`${prefix}${wanted}`)) === wanted));
  });
});
