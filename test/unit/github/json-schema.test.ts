import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeSchema, toJsonSchema } from '../../github/judge/json-schema.ts';

const translate = (schema: object) => toJsonSchema({ ...schema }, 'api');
const nowhere = (reference: string): never => assert.fail(`followed ${reference}`);

test('nullable becomes a type, an added null, or a branch', () => {
  assert.deepEqual(translate({ type: 'string', nullable: true }), { type: ['string', 'null'] });
  assert.deepEqual(translate({ type: 'string', enum: ['a'], nullable: true }), {
    type: ['string', 'null'],
    enum: ['a', null],
  });
  assert.deepEqual(translate({ $ref: '#/components/schemas/a', nullable: true }), {
    anyOf: [{ $ref: 'api#/components/schemas/a' }, { type: 'null' }],
  });
});

test('a property may be called nullable or enum', () => {
  const schema = { properties: { nullable: { type: 'boolean' }, enum: { type: 'string', nullable: true } } };
  assert.deepEqual(translate(schema), {
    properties: { nullable: { type: 'boolean' }, enum: { type: ['string', 'null'] } },
  });
});

test('an object is closed at every depth, and one that says what else it holds is left as it is', () => {
  const inner = { type: 'object', properties: { a: { type: 'string' } } };
  const open = { type: 'object', properties: {}, additionalProperties: { type: 'string' } };
  const closed = { ...inner, unevaluatedProperties: false };
  assert.deepEqual(closeSchema({ properties: { inner, open, list: { type: 'array', items: inner } } }, nowhere), {
    properties: { inner: closed, open, list: { type: 'array', items: closed } },
    unevaluatedProperties: false,
  });
});

test('branches beside properties are parts of one object, branches alone are objects of their own', () => {
  const branch = { properties: { a: {} } };
  assert.deepEqual(
    closeSchema({ properties: { b: {} }, anyOf: [{ ...branch, additionalProperties: true }] }, nowhere),
    { properties: { b: {} }, anyOf: [branch], unevaluatedProperties: false },
  );
  assert.deepEqual(closeSchema({ oneOf: [branch] }, nowhere), { oneOf: [{ ...branch, unevaluatedProperties: false }] });
  assert.deepEqual(closeSchema({ allOf: [branch] }, nowhere), { allOf: [branch], unevaluatedProperties: false });
});

test('references are followed', () => {
  const known = { properties: { a: {} } };
  assert.deepEqual(
    closeSchema({ $ref: '#/a' }, () => known),
    { ...known, unevaluatedProperties: false },
  );
});
