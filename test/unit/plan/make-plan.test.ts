import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makePlan, type PlanQuestion } from '../../../src/plan/make-plan.ts';
import { readConfiguration } from '../../../src/plan/read-configuration.ts';
import type { Plan } from '../../../src/terms.ts';

type Given = Partial<PlanQuestion['pullRequest']> &
  Partial<Omit<PlanQuestion, 'pullRequest' | 'configuration'>> & { yaml?: string };

function plan({ yaml, title = 'Answer faster', labels = [], baseRef = 'develop', ...given }: Given): Plan {
  return makePlan({
    pullRequest: { title, labels, baseRef },
    configuration: readConfiguration(yaml),
    packageJsons: new Map([['.', '{"service_name": "orders", "version": "9.9.9"}']]),
    hasRootDockerfile: true,
    hasConfiguration: yaml !== undefined,
    authorMayWrite: true,
    registry: 'registry.lan:5000',
    ...given,
  });
}
const refusalOf = (result: Plan) => {
  assert.equal(result.kind, 'refused', JSON.stringify(result));
  assert.ok(result.kind === 'refused');
  return result.refusal;
};
const published = (result: Plan) => {
  assert.equal(result.kind, 'publish', JSON.stringify(result));
  return result.kind === 'publish' ? result.artifacts.map((it) => `${it.service.name}:${it.version}`) : [];
};

const monorepo = 'services:\n  - path: orders\n  - path: mail\n';
const packages = new Map([
  ['orders', '{"name": "orders"}'],
  ['mail', '{"name": "@acme/mail"}'],
]);

describe('a plan', () => {
  it('publishes the service at the version that the label says', () => {
    assert.deepEqual(plan({ labels: ['version:1.4.2'] }), {
      kind: 'publish',
      artifacts: [
        {
          service: {
            name: 'orders',
            nameFrom: 'package.json "service_name"',
            path: '.',
            dockerfile: 'Dockerfile',
            type: 'docker',
            build: { args: {} },
          },
          version: '1.4.2',
          versionFrom: 'label `version:1.4.2`',
        },
      ],
    });
  });

  it('publishes the version of a title by somebody who may write', () => {
    assert.deepEqual(published(plan({ title: 'Release 1.4.2' })), ['orders:1.4.2']);
    assert.equal(plan({ title: 'Release 1.4.2', authorMayWrite: false }).kind, 'refused');
  });

  it('carries how the service wants to be built', () => {
    const result = plan({
      labels: ['v1.0.0'],
      yaml: 'services:\n  - dockerfile: docker/x\n    build: {target: release, args: {A: b}, timeout: 20m}\n',
    });
    assert.ok(result.kind === 'publish');
    assert.equal(result.artifacts[0]?.service.dockerfile, 'docker/x');
    assert.deepEqual(result.artifacts[0]?.service.build, { target: 'release', args: { A: 'b' }, timeoutMs: 1_200_000 });
  });

  it('never uses the version of package.json, and says so', () => {
    const { reason, help } = refusalOf(plan({}));
    assert.match(reason, /No version.*`version` of package\.json is never used/);
    assert.match(help, /`version:1\.4\.2`/);
  });

  it('skips a pull request without a version where slipway.yml says so', () => {
    const result = plan({ yaml: 'version: {missing: skip}' });
    assert.equal(result.kind, 'skipped');
  });

  it('refuses a wrong version even where a missing one is skipped', () => {
    refusalOf(plan({ yaml: 'version: {missing: skip}', labels: ['version:next'] }));
  });

  it('refuses what has no usable name, with its place', () => {
    const { reason, annotation } = refusalOf(
      plan({ labels: ['v1.0.0'], packageJsons: new Map([['.', '{\n"name": "Orders"}']]) }),
    );
    assert.match(reason, /`Orders`/);
    assert.equal(annotation?.startLine, 2);
    assert.match(refusalOf(plan({ labels: ['v1.0.0'], packageJsons: new Map() })).reason, /found none/);
  });

  it('counts the address of the registry in the length of a name', () => {
    const packageJsons = new Map([['.', JSON.stringify({ name: 'a'.repeat(237) })]]);
    assert.equal(plan({ labels: ['v1.0.0'], packageJsons }).kind, 'publish');
    refusalOf(plan({ labels: ['v1.0.0'], packageJsons, registry: 'registry.lan:5000/team' }));
  });
});

describe('a pull request is not ours to speak about', () => {
  it('when its base branch is not configured', () => {
    assert.equal(plan({ baseRef: 'main', labels: ['version:1.4.2'] }).kind, 'ignored');
    assert.equal(plan({ baseRef: 'main', labels: ['version:1.4.2'], yaml: 'branches: [main]' }).kind, 'publish');
  });
  it('when its repository has neither slipway.yml nor root Dockerfile, and it no version label', () => {
    assert.equal(plan({ hasRootDockerfile: false, title: 'Release 1.0.0', labels: ['minor'] }).kind, 'ignored');
  });
  it('but is as soon as one of them is there', () => {
    assert.equal(plan({ hasRootDockerfile: true }).kind, 'refused');
    assert.equal(plan({ hasRootDockerfile: false, yaml: '' }).kind, 'refused');
    assert.equal(plan({ hasRootDockerfile: false, labels: ['version:1.0.0'] }).kind, 'publish');
    assert.equal(plan({ hasRootDockerfile: false, labels: ['version:next'] }).kind, 'refused');
  });
});

describe('a plan of several services', () => {
  const several = (given: Given) => plan({ yaml: monorepo, packageJsons: packages, ...given });

  it('gives an unnamed version to all of them', () => {
    assert.deepEqual(published(several({ labels: ['version:1.4.2'] })), ['orders:1.4.2', 'mail:1.4.2']);
  });
  it('gives a named version to the one', () => {
    const labels = ['version:orders:1.4.2', 'version:mail:2.0.0'];
    assert.deepEqual(published(several({ labels })), ['orders:1.4.2', 'mail:2.0.0']);
  });
  it('leaves out those without a version where slipway.yml says so', () => {
    const yaml = `${monorepo}version: {missing: skip}`;
    assert.deepEqual(published(several({ yaml, labels: ['version:mail:2.0.0'] })), ['mail:2.0.0']);
  });
  it('names those without a version where it does not', () => {
    assert.match(refusalOf(several({ labels: ['version:mail:2.0.0'] })).reason, /^`orders`: No version/);
  });
  it('refuses two services with one name', () => {
    const packageJsons = new Map([...packages, ['mail', '{"name": "orders"}']]);
    assert.match(
      refusalOf(several({ labels: ['v1.0.0'], packageJsons })).reason,
      /Two services have the name `orders`/,
    );
  });
  it('blames no label for a service that has no usable name', () => {
    const packageJsons = new Map([...packages, ['mail', '{"name": "Mail"}']]);
    const { reason } = refusalOf(several({ labels: ['version:Mail:1.0.0'], packageJsons }));
    assert.match(reason, /^The service name `Mail`/);
    assert.doesNotMatch(reason, /label/);
  });
  it('names every service that has no usable name, and no more than a person reads', () => {
    const yaml = `services:\n${Array.from({ length: 100 }, (_, i) => `  - path: s${i}\n`).join('')}`;
    const { reason } = refusalOf(several({ yaml, labels: ['v1.0.0'], packageJsons: new Map() }));
    assert.match(reason, /s0\/package\.json.*s4\/package\.json.*And 95 more\.$/);
    assert.doesNotMatch(reason, /s5\//);
  });
});

describe('a plan with a bump label', () => {
  it('is for the version that would come next now, and keeps which part was asked for', () => {
    const taken = new Map([['orders', ['1.4.2', '2.0.0-rc.1']]]);
    const result = plan({ labels: ['semver:minor'], title: 'Release 9.9.9', taken });
    assert.deepEqual(published(result), ['orders:1.5.0']);
    assert.ok(result.kind === 'publish');
    const { bump, versionFrom } = result.artifacts[0] ?? assert.fail();
    assert.deepEqual([bump, versionFrom], ['minor', 'label `semver:minor`']);
    assert.deepEqual(published(plan({ labels: ['minor'] })), ['orders:0.1.0']);
  });
  it('bumps each service from what is published of it', () => {
    const taken = new Map([['mail', ['3.1.0']]]);
    const result = plan({ yaml: monorepo, packageJsons: packages, labels: ['patch'], taken });
    assert.deepEqual(published(result), ['orders:0.0.1', 'mail:3.1.1']);
  });
});

describe('a plan of services that the pull request does not all touch', () => {
  const touching = (paths: string[], given: Given = {}) =>
    plan({
      yaml: monorepo,
      packageJsons: packages,
      touched: { paths, isComplete: true },
      labels: ['v1.0.0'],
      ...given,
    });

  it('gives an unnamed version to those that it touches, and says why the others are skipped', () => {
    const result = touching(['orders/src/index.js', 'README.md']);
    assert.deepEqual(published(result), ['orders:1.0.0']);
    assert.deepEqual(result.kind === 'publish' && result.skipped, [
      { name: 'mail', reason: 'The pull request touches no file that it watches (`mail/**`).' },
    ]);
  });
  it('asks for no version of a service that is not touched', () => {
    const result = touching(['orders/a'], { labels: ['version:orders:1.0.0'] });
    assert.deepEqual(published(result), ['orders:1.0.0']);
  });
  it('publishes an untouched service that a label names', () => {
    assert.deepEqual(
      published(touching(['orders/a'], { labels: ['version:orders:1.0.0', 'version:mail:2.0.0'] })).sort(),
      ['mail:2.0.0', 'orders:1.0.0'],
    );
  });
  it('publishes nothing where nothing is touched', () => {
    const result = touching(['README.md']);
    assert.ok(result.kind === 'skipped');
    assert.match(result.reason, /no file that one of the 2 services watches/);
  });
  it('builds all where GitHub does not list all files, and says so', () => {
    const result = touching([], { touched: { paths: ['README.md'], isComplete: false } });
    assert.deepEqual(published(result), ['orders:1.0.0', 'mail:1.0.0']);
    assert.match((result.kind === 'publish' && result.notes?.[0]) || '', /3,000 files or more/);
  });
  it('watches files below its folder, below the root, and not those that are taken out', () => {
    const yaml = `${monorepo}    watch: ["src/**", "/libs/*.js", "!**/*.md"]\n`;
    const mail = (path: string) => published(touching(['orders/a', path], { yaml })).includes('mail:1.0.0');
    for (const path of ['mail/src/a.js', 'mail/src/.hidden', 'mail/src/deep/er/x', 'libs/a.js'])
      assert.ok(mail(path), path);
    for (const path of ['mail/a.js', 'src/a.js', 'libs/b/a.js', 'mail/src/README.md', 'mail/srcs/a', 'amail/src/a'])
      assert.ok(!mail(path), path);
  });
  it('takes the aliases that slipway.yml names along', () => {
    const result = plan({ yaml: 'tags: [latest]', labels: ['v1.0.0'] });
    assert.deepEqual(result.kind === 'publish' && result.artifacts[0]?.service.tags, ['latest']);
  });
});
