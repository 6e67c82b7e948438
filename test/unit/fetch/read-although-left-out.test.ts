import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { readAlthoughLeftOut } from '../../../src/fetch/read-although-left-out.ts';

const path = '.github/slipway.yml';
const ask = async (asked: string) => `asked for ${asked}`;

/** An archive with these files; an error stands for one that cannot be read. */
const archive = (files: Readonly<Record<string, string | Error>>) => ({
  async read(name: string) {
    const found = files[name];
    if (found instanceof Error) throw found;
    return found;
  },
});

it('a file that is there is read, and GitHub is asked for one only where attributes leave files out', async () => {
  const leaving = '.github export-ignore\n';
  const cases: [Record<string, string>, string | undefined][] = [
    [{ [path]: 'text', '.gitattributes': leaving }, 'text'],
    [{ '.gitattributes': leaving }, `asked for ${path}`],
    [{ '.github/.gitattributes': '*.yml export-ignore\n' }, `asked for ${path}`],
    [{ '.gitattributes': '* text=auto\n', 'src/.gitattributes': leaving }, undefined],
    [{}, undefined],
  ];
  for (const [files, expected] of cases) assert.equal(await readAlthoughLeftOut(archive(files), path, ask), expected);
});

it('attributes that cannot be read are no fault of the file: GitHub is asked', async () => {
  const large = new SlipwayError('source-too-large', 'More than 1 MiB.');
  assert.equal(await readAlthoughLeftOut(archive({ '.gitattributes': large }), path, ask), `asked for ${path}`);
  const broken = new Error('a fault of ours');
  await assert.rejects(readAlthoughLeftOut(archive({ '.gitattributes': broken }), path, ask), broken);
  await assert.rejects(readAlthoughLeftOut(archive({ [path]: large }), path, ask), large);
});
