import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SlipwayError } from '../../../src/errors.ts';
import { readConfiguration } from '../../../src/plan/read-configuration.ts';

function refusal(text: string): SlipwayError {
  try {
    readConfiguration(text);
  } catch (error) {
    assert.ok(error instanceof SlipwayError, String(error));
    assert.equal(error.code, 'configuration-invalid');
    assert.equal(error.fault, 'yours');
    assert.ok(error.help);
    assert.equal(error.annotation?.path, '.github/slipway.yml');
    assert.match(error.message, /^`\.github\/slipway\.yml`, line \d+: /);
    return error;
  }
  assert.fail('expected a refusal');
}
const refuses = (text: string, line: number, words: RegExp) => {
  const error = refusal(text);
  assert.match(error.message, words);
  assert.equal(error.annotation?.startLine, line, error.message);
};

const defaults = {
  branches: ['develop'],
  version: { missing: 'fail' },
  services: [{ path: '.', dockerfile: 'Dockerfile', type: 'docker', build: { args: {} }, watch: ['**'] }],
  tags: [],
};

describe('a configuration', () => {
  for (const text of [undefined, '', '# nothing yet\n', '\ufeff', '{}']) {
    it(`has its defaults: ${JSON.stringify(text)}`, () => assert.deepEqual(readConfiguration(text), defaults));
  }

  it('is read with every key', () => {
    const text = `branches: [develop, "release/*"]
version: { missing: skip }
services:
  - path: ./services//orders/
    name: orders
    dockerfile: docker/Dockerfile
    type: docker
    build: { target: release, args: { FOO: bar, VERSION: 1.10, ON: true, NONE: "" }, timeout: 20m }
    watch: ["**", "/libs/**", "!docs/**"]
  - path: services/mail
tags: [major, major.minor, latest]
`;
    assert.deepEqual(readConfiguration(text), {
      branches: ['develop', 'release/*'],
      version: { missing: 'skip' },
      services: [
        {
          path: 'services/orders',
          name: 'orders',
          dockerfile: 'docker/Dockerfile',
          type: 'docker',
          build: {
            target: 'release',
            args: { FOO: 'bar', VERSION: '1.10', ON: 'true', NONE: '' },
            timeout: 20 * 60_000,
          },
          watch: ['**', '/libs/**', '!docs/**'],
        },
        { path: 'services/mail', dockerfile: 'Dockerfile', type: 'docker', build: { args: {} }, watch: ['**'] },
      ],
      tags: ['major', 'major.minor', 'latest'],
    });
  });

  it('says how Packer makes a machine image', () => {
    const text =
      'services:\n  - type: ami\n    packer: { template: ./ami/web.pkr.hcl, variables: { size: small }, regions: [eu-central-1] }\n';
    const [service] = readConfiguration(text).services;
    assert.equal(service?.type, 'ami');
    assert.deepEqual(service?.packer, {
      template: 'ami/web.pkr.hcl',
      variables: { size: 'small' },
      only: [],
      regions: ['eu-central-1'],
    });
  });

  it('may use anchors within reason', () => {
    const text = 'services:\n  - {path: a, build: &b {args: {X: "1"}}}\n  - {path: b, build: *b}\n';
    assert.deepEqual(readConfiguration(text).services[1]?.build.args, { X: '1' });
  });

  it('may have two services in one folder that have names of their own', () => {
    const text = 'services:\n  - {name: api}\n  - {name: worker, dockerfile: worker.Dockerfile}\n';
    assert.equal(readConfiguration(text).services.length, 2);
  });

  it('may have a hundred services', () => {
    const text = `services:\n${Array.from({ length: 100 }, (_, i) => `  - path: s${i}\n`).join('')}`;
    assert.equal(readConfiguration(text).services.length, 100);
  });
});

describe('a configuration is refused on the line of its key', () => {
  const cases: [string, number, RegExp][] = [
    ['branches: develop', 1, /`branches`: expected a list of branches such as `\[develop\]`, found `develop`/],
    ['branches:\n', 1, /`branches`: expected a list.*found nothing/],
    ['branches: []', 1, /expected at least one branch/],
    ['branches:\n  - develop\n  - "a b"\n', 3, /`branches\[1\]`: expected a branch or a glob/],
    ['branches: ["(a+)+b"]', 1, /expected a branch or a glob/],
    ['branches: ["!main"]', 1, /expected a branch or a glob/],
    ['branches: ["*a*a*a*"]', 1, /at most three/],
    [`branches: [${'a,'.repeat(21)}]`, 1, /at most 20 branches/],
    ['\nversion: { missing: ignore }', 2, /`version\.missing`: expected `fail` or `skip`, found `ignore`/],
    ['version: 1.4.2', 1, /`version`: expected a map.*found `1\.4\.2`/],
    ['services: {path: .}', 1, /expected a list of services, found a map/],
    ['services: []', 1, /expected at least one service/],
    ['services: [orders]', 1, /`services\[0\]`: expected a service: a map with a `path`, found `orders`/],
    [
      'services:\n  - path: .\n    type: dokcer\n',
      3,
      /`services\[0\]\.type`: expected `docker` or `ami`, found `dokcer`/,
    ],
    ['services:\n  - path: .\n    name: [a]\n', 3, /expected a service name, found a list of 1/],
    ['services:\n  - build: { target: "a b" }\n', 2, /`services\[0\]\.build\.target`: expected the name of a stage/],
    [
      'services:\n  - build:\n      args:\n        A: [1]\n',
      4,
      /`services\[0\]\.build\.args\.A`: expected a text, found a list/,
    ],
    ['services:\n  - build: { args: { "A B": c } }', 2, /expected the name of a build argument.*found `A B`/],
    ['services:\n  - build: { args: [A=b] }', 2, /expected build arguments: a map/],
    ['services:\n  - build: { timeout: 20 }', 2, /expected a time such as .*found `20`/],
    ['services:\n  - build: { timeout: 0m }', 2, /expected a time from `1s` to `24h`, found `0m`/],
    ['services:\n  - build: { timeout: 25h }', 2, /expected a time from `1s` to `24h`/],
    ['- a\n', 1, /expected a map of `branches`/],
    ['hello', 1, /expected a map of `branches`.*found `hello`/],
  ];
  for (const [text, line, words] of cases) it(JSON.stringify(text).slice(0, 70), () => refuses(text, line, words));

  for (const path of [
    '../..',
    'a/../..',
    'a/..',
    '/etc',
    'C:/x',
    'a\\b',
    '..',
    '"a\\u0000b"',
    '"a\\nb"',
    '"\\u202ex"',
    '""',
  ]) {
    it(`a path that leads out or hides something: ${path}`, () => {
      refuses(
        `services:\n  - name: a\n    path: ${path}\n`,
        3,
        /`services\[0\]\.path`: expected a folder of the repository/,
      );
      refuses(`services:\n  - dockerfile: ${path}\n`, 2, /`services\[0\]\.dockerfile`: expected the path of a file/);
    });
  }

  const unknown: [string, number, RegExp][] = [
    ['branch: [develop]', 1, /expected `branches` or another key.*found `branch`/],
    ['# hi\nservcies: []', 2, /expected `services`.*found `servcies`/],
    ['services:\n  - path: .\n    dockerFile: x\n', 3, /`services\[0\]`: expected `dockerfile`/],
    ['services:\n  - build:\n      arg: {}\n', 3, /`services\[0\]\.build`: expected `args`/],
    ['version:\n  misssing: fail', 2, /`version`: expected `missing`/],
    ['colour: blue', 1, /expected one of `branches`, `version`, `services`/],
    [`${'x'.repeat(500)}: 1`, 1, /expected one of/],
    ['__proto__: {a: b}', 1, /expected one of.*found `__proto__`/],
  ];
  const packer: [string, RegExp][] = [
    ['packer: x.pkr.hcl', /`services\[0\]\.packer`: expected a map of `template`.*found `x\.pkr\.hcl`/],
    ['packer: { tempalte: x }', /expected `template` or another key of `template`, `variables`, `only`, `regions`/],
    ['packer: { template: ../x }', /does not lead out/],
    ['packer: { variables: { version: "1" } }', /Slipway sets this variable itself, found `version`/],
    ['packer: { variables: { aws_secret_key: "1" } }', /expected no credentials here: Packer has those of the worker/],
    ['packer: { regions: [Frankfurt] }', /expected a region such as `eu-central-1`, found `Frankfurt`/],
  ];
  for (const [text, words] of packer) it(text, () => refuses(`services:\n  - ${text}`, 2, words));

  for (const [text, line, words] of unknown)
    it(`an unknown key: ${JSON.stringify(text.slice(0, 40))}`, () => refuses(text, line, words));

  it('several problems: the first is told, the others are counted', () => {
    refuses('branches: x\nservices:\n  - type: y\n  - type: z\n', 1, /`branches`: .* 2 more lines cannot be used\./);
  });
});

describe('globs and aliases that cannot be used are refused', () => {
  const globs = (...all: string[]) => `services:\n  - watch: ${JSON.stringify(all)}`;
  const cases: [string, number, RegExp][] = [
    ['tags: latest', 1, /`tags`: expected a list such as `\[major, latest\]`/],
    ['tags:\n  - newest', 2, /expected `major` or `major.minor` or `latest`, found `newest`/],
    ['tags: [latest, latest]', 1, /each of `major`, `major.minor` and `latest` once/],
    [globs(), 2, /at least one glob without `!`/],
    [globs('!docs/**'), 2, /at least one glob without `!`/],
    [globs('../libs/**'), 2, /does not lead out/],
    [globs('!../libs/**'), 2, /does not lead out/],
    [globs('a\\b'), 2, /without backslash/],
    [globs('\u202e'), 2, /right-to-left/],
    [globs('{a,b}/**'), 2, /one glob for each alternative/],
    [globs('[ab]'), 2, /one glob for each alternative/],
    [globs(''), 2, /expected a glob such as/],
    [globs('/'), 2, /expected a glob such as/],
    [globs('a'.repeat(256)), 2, /at most 255 characters/],
    [globs(...Array.from({ length: 51 }, () => 'a')), 2, /at most 50 globs/],
    [
      `services:\n${Array.from({ length: 10 }, (_, at) => `  - {path: s${at}, watch: [${'a,'.repeat(40)}]}\n`).join('')}`,
      1,
      /at most 300 globs/,
    ],
  ];
  for (const [text, line, words] of cases) it(JSON.stringify(text).slice(0, 100), () => refuses(text, line, words));
});

describe('services that cannot be told apart are noticed', () => {
  it('two of one name', () => {
    refuses(
      'services:\n  - {path: a, name: x}\n  - path: b\n    name: x\n',
      4,
      /`services\[1\]\.name`.*found `x`, which is the name of `services\[0\]`/,
    );
  });
  it('two of one folder', () => {
    refuses(
      'services:\n  - path: a\n  - path: ./a/\n',
      3,
      /`services\[1\]\.path`.*found `a`, which is the folder of `services\[0\]`/,
    );
    refuses('services:\n  - {path: a, name: x}\n  - path: a\n', 3, /is the folder of/);
  });
});

describe('a hostile configuration is refused in bounded time', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...[...'bcdefgh'].map((k, i) => `${k}: &${k} [${`*${'abcdefg'[i]},`.repeat(9)}]`),
  ].join('\n');
  const cases: [string, string, RegExp][] = [
    ['a key twice', 'branches: [a]\nbranches: [b]', /expected each key once, found `branches` twice/],
    ['a key twice deep inside', 'services:\n  - build: {args: {A: "1", A: "2"}}', /found `A` twice/],
    ['two documents', 'branches: [a]\n---\nbranches: [b]', /expected one YAML document, found several/],
    ['a bomb of aliases', bomb, /Excessive alias count/],
    ['an alias without anchor', 'branches: *nope', /Unresolved alias/],
    ['a list that holds itself', 'branches: &a [*a]', /`branches\[0\]`: expected a branch/],
    ['a map that holds itself', '&a services: &b\n  - path: *b', /expected a folder/],
    ['a tab for a space', 'services:\n\t- path: .', /expected YAML/],
    ['a key that is a list', '? [a, b]\n: c', /expected YAML/],
    ['over 64 KiB', `# ${'x'.repeat(65536)}`, /expected at most 65536 bytes, found 65538/],
    ['1 MiB', 'a'.repeat(2 ** 20), /expected at most 65536 bytes/],
    ['deep lists', '['.repeat(65000), /expected YAML/],
    ['deep maps', '{a: '.repeat(16000), /expected YAML/],
    ['many dashes', '- '.repeat(32000), /expected YAML|expected a map/],
    ['many keys', Array.from({ length: 8000 }, (_, i) => `k${i}:`).join('\n'), /expected one of/],
    [
      '300 services',
      `services:\n${Array.from({ length: 300 }, (_, i) => `  - path: s${i}\n`).join('')}`,
      /at most 100 services, found a list of 300/,
    ],
    ['a right-to-left mark', 'branches: ["\u202eniam"]', /expected a branch/],
  ];
  for (const [name, text, words] of cases) {
    it(name, () => {
      const start = performance.now();
      const error = refusal(text);
      assert.ok(performance.now() - start < 5000, `took ${performance.now() - start} ms`);
      assert.match(error.message, words);
      assert.ok(error.message.length < 5000);
      assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}]/u);
    });
  }

  it('any text gives a configuration or a refusal', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'branches:',
        'services:',
        '\n',
        '  - ',
        'path: ',
        '..',
        '&a ',
        '*a',
        '{',
        '}',
        '[',
        ']',
        ': ',
        '!!int ',
        '"',
        '? ',
        '\t',
        '|',
        '<<: ',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
        (text) => {
          try {
            return readConfiguration(text).services.length > 0;
          } catch (error) {
            return error instanceof SlipwayError && error.code === 'configuration-invalid';
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
