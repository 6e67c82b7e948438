import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SlipwayError } from '../../../src/errors.ts';
import { nameService } from '../../../src/plan/name-service.ts';

const registryLength = 'registry.lan:5000/team'.length;
const named = (text: string | undefined, path = '.', configured?: string) =>
  nameService(text, path, configured, registryLength);
const ofJson = (content: unknown) => named(JSON.stringify(content)).name;

function refusal(act: () => unknown): SlipwayError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof SlipwayError, String(error));
    assert.ok(error.help);
    assert.equal(error.fault, 'yours');
    return error;
  }
  assert.fail('expected a refusal');
}

describe('a service is named', () => {
  it('by service_name before name', () => {
    assert.deepEqual(named('{"name": "@acme/shop", "service_name": "orders"}'), {
      name: 'orders',
      nameFrom: 'package.json "service_name"',
    });
  });
  it('by name without its scope', () => {
    assert.deepEqual(named('{"name": "@acme/orders"}', 'services/orders'), {
      name: 'orders',
      nameFrom: 'services/orders/package.json "name"',
    });
  });
  it('by its configuration, whatever package.json is', () => {
    assert.equal(named(undefined, '.', 'team/orders').name, 'team/orders');
    assert.equal(named('no json', '.', 'orders').nameFrom, '.github/slipway.yml "name"');
  });
  it('from a file that begins with a byte order mark', () => {
    assert.equal(named('\ufeff{"service_name": "orders"}').name, 'orders');
  });
  for (const name of [
    'a',
    'orders',
    'a.b',
    'a_b',
    'a__b',
    'a---b',
    'team/orders/api',
    '0/1',
    'slipway',
    'my-slipway-x',
  ]) {
    it(`as it stands: ${name}`, () => assert.equal(ofJson({ service_name: name }), name));
  }
});

describe('a service is refused', () => {
  it('without package.json', () => {
    const error = refusal(() => named(undefined, 'services/orders'));
    assert.equal(error.code, 'package-json-missing');
    assert.match(error.message, /`services\/orders\/package\.json`.*found none/);
  });
  for (const [text, line] of [
    ['{', 1],
    ['', 1],
    ['{\n  "name": "x"\n  "y": 1}', 3],
    ['{\n"name": "orders",\n', 3],
    ['nope', 1],
    ['{\n"name":\n\n', 2],
  ] as const) {
    it(`with a package.json that is no JSON, on its line: ${JSON.stringify(text)}`, () => {
      const error = refusal(() => named(text));
      assert.equal(error.code, 'package-json-invalid');
      assert.match(error.message, new RegExp(`\`package\\.json\`, line ${line}: expected a JSON object`));
      assert.equal(error.annotation?.startLine, line);
      assert.equal(error.annotation?.path, 'package.json');
    });
  }
  for (const [text, found] of [
    ['[]', 'a list'],
    ['null', 'null'],
    ['"orders"', 'a string'],
    ['7', 'a number'],
  ] as const) {
    it(`with a package.json that holds ${found}`, () => {
      const error = refusal(() => named(text));
      assert.equal(error.code, 'package-json-invalid');
      assert.ok(error.message.endsWith(`found ${found}.`), error.message);
    });
  }
  it('with neither name', () => {
    assert.equal(refusal(() => named('{"version": "1.0.0"}')).code, 'service-name-missing');
  });
  for (const [found, words] of [
    [7, 'type number'],
    [null, 'null'],
    [['orders'], 'a list'],
    [{}, 'type object'],
    [true, 'type boolean'],
  ] as const) {
    it(`with a service_name of ${words}, even where there is a name`, () => {
      const error = refusal(() => named(`{"name": "orders",\n"service_name": ${JSON.stringify(found)}}`));
      assert.equal(error.code, 'service-name-invalid');
      assert.ok(error.message.includes(words), error.message);
      assert.equal(error.annotation?.startLine, 2);
    });
  }
  for (const name of [
    '',
    'Orders',
    'orders ',
    '@acme/orders',
    'a..b',
    'a___b',
    '-a',
    'a-',
    'a/',
    '/a',
    'a//b',
    'bestellungen-größe',
    'a:b',
    'a b',
    'a\nb',
    '\u202eorders',
  ]) {
    it(`with a name that no registry takes: ${JSON.stringify(name)}`, () => {
      const error = refusal(() => named(`{\n"service_name": ${JSON.stringify(name)}\n}`));
      assert.equal(error.code, 'service-name-invalid');
      assert.equal(error.annotation?.startLine, 2);
      assert.doesNotMatch(error.message, /[\n\u202e]/);
    });
  }
  it('with a hint at a name that would do, and never with that name', () => {
    assert.match(refusal(() => named('{"name": "@acme/My Orders"}')).help ?? '', /`my-orders`/);
  });
  it('with a name that is too long for this registry', () => {
    const most = 255 - registryLength - 1;
    assert.equal(ofJson({ service_name: 'a'.repeat(most) }).length, most);
    const error = refusal(() => ofJson({ service_name: 'a'.repeat(300) }));
    assert.match(error.message, new RegExp(`has 300 characters.*may have ${most}`));
    refusal(() => ofJson({ service_name: 'a'.repeat(most + 1) }));
  });
  it('with a name that is kept for Slipway', () => {
    assert.match(refusal(() => ofJson({ service_name: 'slipway-staging' })).message, /begins with `slipway-`/);
    refusal(() => named(undefined, '.', 'slipway-x'));
  });
});

// The grammar of the OCI Distribution Spec 1.1, word for word.
const grammar = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

it('a name is taken exactly where the OCI grammar takes it, and is never changed', () => {
  const text = fc.oneof(fc.stringMatching(/^[a-z0-9._/-]{0,20}$/), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(text, (name) => {
      const isRight = grammar.test(name) && !name.startsWith('slipway-');
      if (isRight) return ofJson({ service_name: name }) === name;
      refusal(() => ofJson({ service_name: name }));
      return true;
    }),
    { numRuns: 2000 },
  );
});

it('a package.json of any content gives a name or a refusal', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.json().map((json) => `\ufeff{"name": ${json}}`),
  );
  fc.assert(
    fc.property(text, (content) => {
      try {
        return grammar.test(named(content).name);
      } catch (error) {
        return error instanceof SlipwayError && error.fault === 'yours';
      }
    }),
  );
});

it('a name of any length is judged in bounded time', () => {
  const start = performance.now();
  for (const name of ['a-'.repeat(5e5), '_'.repeat(1e6), 'a/'.repeat(127), `${'a_'.repeat(110)}!`])
    refusal(() => ofJson({ service_name: name }));
  refusal(() => named('['.repeat(1e6)));
  assert.ok(performance.now() - start < 5000);
});
