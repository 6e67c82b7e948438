import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDockerfile } from '../../../../src/build/docker/check-dockerfile.ts';
import { SlipwayError } from '../../../../src/errors.ts';

const service = (build: { target?: string; args?: Record<string, string> } = {}) => ({
  path: 'services/mail',
  dockerfile: 'Dockerfile',
  build: { args: {}, ...build },
});

function refused(text: string, build = {}): SlipwayError {
  try {
    checkDockerfile(text, service(build));
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  return assert.fail('was not refused');
}

test('the recipe names base images with build arguments put in, and no earlier stage', () => {
  const text =
    'ARG NODE=22\nFROM node:$NODE AS build\nRUN true\nFROM build AS test\nFROM scratch\nFROM gcr.io/x@sha256:12\n';
  assert.deepEqual(checkDockerfile(text, service({ args: { NODE: '24' }, target: 'test' })), {
    dockerfile: 'services/mail/Dockerfile',
    target: 'test',
    args: ['NODE'],
    bases: ['node:24', 'gcr.io/x@sha256:12'],
  });
});

for (const [what, text, line, message] of [
  ['an unknown instruction', 'FROM a\n\nCOPPY . .\n', 3, /expected an instruction, found `COPPY`/],
  ['an instruction before FROM', 'RUN true\nFROM a\n', 1, /expected FROM before `RUN`/],
  ['no FROM', '# nothing\n', 1, /expected FROM, found none/],
  ['an instruction with nothing behind it', 'FROM a\nRUN\n', 2, /something behind `RUN`/],
] as const) {
  test(`${what} is refused, with its line`, () => {
    const error = refused(text);
    assert.equal(error.code, 'dockerfile-invalid');
    assert.match(error.message, message);
    assert.deepEqual([error.annotation?.path, error.annotation?.startLine], ['services/mail/Dockerfile', line]);
  });
}

test('a target that is no stage is refused', () => {
  assert.equal(refused('FROM a AS one\n', { target: 'two' }).code, 'configuration-invalid');
});

test('what an engine builds is not refused: here-documents, continuations, comments, small letters, ONBUILD', () => {
  const text = [
    '# syntax=docker/dockerfile:1',
    'from a as b',
    'RUN <<EOF',
    'foo bar',
    'EOF',
    'COPY <<ONE <<TWO /there/',
    'x',
    'ONE',
    'y',
    'TWO',
    'RUN a \\',
    '  # in between',
    '  b \\',
    '',
    '  c',
    'ONBUILD RUN d',
    'HEALTHCHECK NONE',
  ].join('\r\n');
  assert.deepEqual(checkDockerfile(text, service()).bases, ['a']);
});

test('another frontend than Docker’s has instructions of its own', () => {
  assert.deepEqual(checkDockerfile('# syntax=acme/frontend:1\nPIPELINE x\n', service()).bases, []);
});

test('a Dockerfile of more bytes or stages than anybody writes is refused', () => {
  assert.match(refused(`FROM a\n# ${'x'.repeat(128 * 1024)}\n`).message, /at most 131072 bytes, found 131082/);
  assert.match(refused('FROM a\n'.repeat(10_000)).message, /at most 500 stages, found 10000/);
  assert.deepEqual(checkDockerfile('FROM a\n'.repeat(500), service()).bases, ['a']);
});

test('what is written to keep the server busy takes bounded time and memory', () => {
  const room = 127 * 1024;
  const filled = (piece: string, before = 'FROM a\n') => before + piece.repeat((room - before.length) / piece.length);
  const doubling = Array.from({ length: 60 }, (_, index) => `ARG a${index + 1}=$a${index}$a${index}\n`).join('');
  const hostile = {
    'arguments that double': `ARG a0=aaaaaaaa\n${doubling}FROM $a60\n`,
    'an image of nothing but variables': filled('$x', `ARG x=${'y'.repeat(1000)}\nFROM `),
    'defaults in defaults': filled(`\${a:-`, 'FROM '),
    'labels of variables below many others': filled('LABEL $z=x\n', `FROM a\n${'ENV a=1\n'.repeat(8000)}`),
    'flags without end': filled('--a=b ', 'FROM a\nCOPY '),
    instructions: filled('RUN x\n'),
  };
  for (const [what, text] of Object.entries(hostile)) {
    const start = performance.now();
    const { bases } = checkDockerfile(text, service());
    assert.ok(bases.join('').length <= 5000, what);
    assert.ok(performance.now() - start < 10_000, `${what}: ${performance.now() - start} ms`);
  }
});
