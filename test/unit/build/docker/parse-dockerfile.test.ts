import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDockerfile, targetStage } from '../../../../src/build/docker/parse-dockerfile.ts';

const parse = (text: string, args: Readonly<Record<string, string>> = {}) => parseDockerfile(text, args);
const places = (text: string): string[] => {
  const { initial, stages } = parse(text);
  return [...initial, ...stages.flatMap(({ instructions }) => instructions)].map(
    ({ keyword, startLine, endLine }) => `${keyword} ${startLine}-${endLine}`,
  );
};

describe('parseDockerfile', () => {
  it('finds the lines of continued instructions, with comments and empty lines in between', () => {
    const text = 'FROM x\nRUN one && \\\n  # why\n\n  two && \\\n  three\n\n# more\nRUN four\n';
    assert.deepEqual(places(text), ['FROM 1-1', 'RUN 2-6', 'RUN 9-9']);
  });

  it('does not count empty lines behind a trailing continuation', () => {
    assert.deepEqual(places('FROM x\nRUN one \\\n\n\n'), ['FROM 1-1', 'RUN 2-2']);
  });

  it('finds the lines of heredocs', () => {
    const text = 'FROM x\nRUN <<EOT\nFROM y\nexit 3\nEOT\nCOPY <<A <<-"B" /x/\na\nA\n\tb\n\tB\nRUN z\n';
    assert.deepEqual(places(text), ['FROM 1-1', 'RUN 2-5', 'COPY 6-10', 'RUN 11-11']);
  });

  it('reads Windows line ends, a byte order mark, another escape character, small letters and indentation', () => {
    assert.deepEqual(places('\uFEFFFROM x\r\nRUN a \\\r\n  b\r\nRUN c\r\n'), ['FROM 1-1', 'RUN 2-3', 'RUN 4-4']);
    assert.deepEqual(places('# escape=`\nFROM x\nRUN a `\n  b\\\nRUN c\n'), ['FROM 2-2', 'RUN 3-4', 'RUN 5-5']);
    assert.deepEqual(places('  from x as y\n\trun a\n'), ['FROM 1-1', 'RUN 2-2']);
  });

  it('finds the stages, their names, images and parents', () => {
    const text = `ARG V=3\nARG NAME=alpine:\${V}\nFROM --platform=linux/amd64 \${NAME} AS Build\nFROM build as two\nFROM two\nFROM scratch\n`;
    const { initial, stages } = parse(text, { V: '4' });
    assert.equal(initial.length, 2);
    assert.deepEqual(
      stages.map(({ name, image, parent }) => [name, image, parent?.name]),
      [
        ['build', 'alpine:4', undefined],
        ['two', 'build', 'build'],
        [undefined, 'two', 'two'],
        [undefined, 'scratch', undefined],
      ],
    );
  });

  it('takes a stage whose name comes from an argument', () => {
    const { stages } = parse(`ARG BASE=none\nFROM a AS one\nFROM \${BASE}\n`, { BASE: 'one' });
    assert.equal(stages[1]?.parent?.name, 'one');
  });

  it('finds labels in every form, and those of triggers', () => {
    const text = `FROM x
ARG KEY=given
LABEL a=1 "b c"="2" \\
      d='3'
LABEL old style value
LABEL \${KEY}=4
ONBUILD LABEL later=5
ONBUILD RUN echo
`;
    const stage = parse(text).stages[0];
    assert.deepEqual(stage?.labels, ['a', 'b c', 'd', 'old', 'given']);
    assert.deepEqual(stage?.onbuildLabels, ['later']);
    assert.deepEqual(parse(text, { KEY: 'argument' }).stages[0]?.labels.at(-1), 'argument');
  });

  it('never throws, whatever it is given', () => {
    const word = fc.constantFrom(
      'FROM',
      'x',
      'AS',
      'RUN',
      '<<EOT',
      'EOT',
      '\\',
      '\n',
      '"',
      "'",
      '${',
      '}',
      '#',
      'LABEL',
      '=',
      ' ',
      '[',
      'ONBUILD',
    );
    fc.assert(fc.property(fc.array(word), (words) => void parse(words.join(' '))));
    fc.assert(fc.property(fc.string(), (text) => void parse(text)));
  });
});

describe('targetStage', () => {
  const dockerfile = parse('FROM a AS one\nFROM b AS Two\nFROM c\n');

  it('is the last one, the one with the name, or the one with the number', () => {
    assert.equal(targetStage(dockerfile, undefined)?.image, 'c');
    assert.equal(targetStage(dockerfile, 'TWO')?.image, 'b');
    assert.equal(targetStage(dockerfile, '0')?.image, 'a');
    assert.equal(targetStage(dockerfile, 'three'), undefined);
  });
});
