import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';

const root = path.join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

it('every dependency has its reason, and no reason has lost its dependency', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'));
  const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  const rows = read('docs/decisions/dependencies.md').matchAll(/^\| (`[^|]+`) \|/gm);
  const explained = [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  const row = (name: string): string => (name.startsWith('@types/') ? '@types/*' : name);
  assert.deepEqual([...new Set(names.map(row))].sort(), explained.sort());
});

it('the list of decisions names every one of them', () => {
  const list = read('docs/decisions/README.md');
  const files = readdirSync(path.join(root, 'docs/decisions')).filter((name) => name !== 'README.md');
  assert.deepEqual(
    files.filter((name) => !list.includes(`](${name})`)),
    [],
  );
});
