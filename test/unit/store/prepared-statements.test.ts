import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { type PreparedStatements, preparedStatements } from '../../../src/store/prepared-statements.ts';

describe('statements that stay prepared', () => {
  let pglite: PGlite;
  let statements: PreparedStatements;
  before(async () => {
    pglite = await PGlite.create();
  });
  beforeEach(async () => {
    await pglite.exec(
      'drop table if exists t; create table t (id integer primary key, name text, tags text[], about jsonb)',
    );
    statements = preparedStatements(pglite);
    await statements.script('deallocate all; select 1');
  });
  after(() => pglite.close());

  const prepared = async () =>
    (await pglite.query('select statement from pg_prepared_statements where name like $1', ['kept%'])).rows.length;

  it('give what PGlite gives for values and rows of every type', async () => {
    const text = `select $1::integer as int, $2::bigint as big, $3::text as text, $4::text[] as list, $5::jsonb as json,
      $6::boolean as flag, $7::timestamptz as time, $8::float8 as float, null::text as nothing, $9::uuid as id, count(*) from t`;
    const time = '2026-01-02T03:04:05.678Z';
    const values = [
      1,
      2 ** 40,
      'ä\'"',
      ['a', '{b,"c"}', ''],
      '{"a":[1]}',
      true,
      time,
      1.5,
      '7fe0ea2c-a463-450b-bec1-5aca2273a261',
    ];
    const [expected] = (await pglite.query<object>(text, values)).rows;
    for (let time = 0; time < 3; time += 1) assert.deepEqual(await statements.query(text, values), [expected]);
    const nothing = values.map(() => null);
    assert.deepEqual(await statements.query(text, nothing), (await pglite.query<object>(text, nothing)).rows);
  });

  it('are prepared once', async () => {
    for (let id = 0; id < 5; id += 1)
      await statements.query('insert into t (id, name) values ($1, $2)', [id, `name ${id}`]);
    assert.equal(await prepared(), 1);
    assert.deepEqual(await statements.query('select name from t where id = $1', [3]), [{ name: 'name 3' }]);
  });

  it('are prepared of a script of one statement too, and of no other', async () => {
    assert.deepEqual(await statements.script('insert into t (id) values (1) returning id'), [[{ id: 1 }]]);
    assert.equal(await prepared(), 1);
    assert.deepEqual(await statements.script('select id from t; select 2 as two'), [[{ id: 1 }], [{ two: 2 }]]);
    assert.deepEqual(await statements.script("select ';' as text"), [[{ text: ';' }]]);
    assert.equal(await prepared(), 0);
  });

  it('see a table that was changed', async () => {
    await statements.query('insert into t (id) values ($1)', [1]);
    const all = 'select * from t';
    for (let time = 0; time < 7; time += 1) await statements.query(all, []);
    await statements.script('alter table t drop column tags; alter table t add column more integer default 5');
    assert.deepEqual(await statements.query(all, []), [{ id: 1, name: null, about: null, more: 5 }]);
  });

  it('can be given again after a change that nobody told of', async () => {
    const all = 'select * from t';
    await statements.query(all, []);
    await pglite.exec('alter table t drop column tags');
    await assert.rejects(statements.query(all, []), /cached plan must not change result type/);
    assert.deepEqual(await statements.query(all, []), []);
  });

  it('fail alone, and leave a transaction to be rolled back', async () => {
    await assert.rejects(statements.query('select nonsense', []), { code: '42703' });
    await statements.query('insert into t (id) values ($1)', [1]);
    await assert.rejects(statements.query('insert into t (id) values ($1)', [1]), { code: '23505' });
    await statements.script('begin');
    await statements.query('insert into t (id) values ($1)', [2]);
    await assert.rejects(statements.query('insert into t (id) values ($1)', [1]), { code: '23505' });
    await assert.rejects(statements.query('select 1', []), { code: '25P02' });
    await statements.script('rollback');
    assert.deepEqual(await statements.query('select id from t', []), [{ id: 1 }]);
  });

  it('are let go when there are many, the one that was used longest ago first', async () => {
    const text = (n: number): string => `select ${n} as n`;
    for (let n = 0; n < 300; n += 1) {
      assert.deepEqual(await statements.query(text(n), []), [{ n }]);
      await statements.query(text(0), []);
    }
    assert.equal(await prepared(), 128);
    const names = async () =>
      (await pglite.query<{ name: string }>('select name from pg_prepared_statements where statement = $1', [text(0)]))
        .rows;
    assert.equal((await names())[0]?.name, 'kept_1');
  });
});
