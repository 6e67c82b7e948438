import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { configurationJsonSchema } from '../../../src/plan/configuration-json-schema.ts';
import { readConfiguration } from '../../../src/plan/read-configuration.ts';

const root = path.join(import.meta.dirname, '../../..');

test('slipway.schema.json is what the definition says (node scripts/make-schema.ts makes it)', async () => {
  const kept: unknown = JSON.parse(await readFile(path.join(root, 'slipway.schema.json'), 'utf8'));
  assert.deepEqual(kept, JSON.parse(JSON.stringify(configurationJsonSchema())));
});

test('the schema has a description for every key', () => {
  const bare: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties') {
        for (const [name, one] of Object.entries(value as object)) if (!('description' in one)) bare.push(name);
      }
      visit(value);
    }
  };
  visit(configurationJsonSchema());
  assert.deepEqual(bare, []);
});

test('the schema takes what is documented, and refuses what the reader refuses for its form', async () => {
  const validate = new Ajv({ strict: false, unicodeRegExp: true }).compile(configurationJsonSchema());
  const documentation = await readFile(path.join(root, 'docs/configuration.md'), 'utf8');
  const samples = [...documentation.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
  assert.ok(samples.length >= 2);
  for (const text of samples) {
    assert.ok(validate(parse(text)), `${text}\n${JSON.stringify(validate.errors)}`);
    readConfiguration(text);
  }
  for (const text of ['tags: [minor]', 'services: []', 'version: { missing: maybe }', 'brunches: [develop]']) {
    assert.ok(!validate(parse(text)), text);
    assert.throws(() => readConfiguration(text));
  }
});
