import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { locateFailure } from '../../../../src/build/docker/locate-failure.ts';
import { parseDockerfile } from '../../../../src/build/docker/parse-dockerfile.ts';

/** First line of the instruction behind a step's name, as BuildKit gives it. */
function byName(text: string, step: string | undefined, said = '', args = {}): number | undefined {
  return locateFailure(parseDockerfile(text, args), { step, ordinal: undefined, tail: [] }, said)?.startLine;
}

/** First line of the n-th instruction, as the classic builder counts. */
const byOrdinal = (text: string, ordinal: number): number | undefined =>
  locateFailure(parseDockerfile(text, {}), { step: undefined, ordinal, tail: [] }, '')?.startLine;

describe('locating a failure of BuildKit', () => {
  it('counts FROM, ADD, COPY, RUN and WORKDIR, and nothing else', () => {
    const text = 'FROM x\nENV A=b\nLABEL a=b\nRUN one\nUSER me\nWORKDIR /x\nADD a b\nEXPOSE 80\nCOPY c d\n';
    assert.equal(byName(text, '[1/5] FROM docker.io/library/x'), 1);
    assert.equal(byName(text, '[2/5] RUN one'), 4);
    assert.equal(byName(text, '[3/5] WORKDIR /x'), 6);
    assert.equal(byName(text, '[4/5] ADD a b'), 7);
    assert.equal(byName(text, '[5/5] COPY c d'), 9);
  });

  const stages = `FROM x AS one
RUN same
FROM x
RUN same
FROM one AS Three
RUN same
RUN same
FROM scratch
COPY --from=three /a /b
`;

  it('tells stages apart by name and number', () => {
    assert.equal(byName(stages, '[one 2/2] RUN same'), 2);
    assert.equal(byName(stages, '[stage-1 2/2] RUN same'), 4);
  });

  it('does not count FROM of an earlier stage or of scratch', () => {
    assert.equal(byName(stages, '[three 1/2] RUN same'), 6);
    assert.equal(byName(stages, '[three 2/2] RUN same'), 7);
    assert.equal(byName(stages, '[stage-3 1/1] COPY --from=three /a /b'), 9);
  });

  it('knows a stage that is given by an argument', () => {
    const text = `ARG BASE\nFROM x AS one\nFROM \${BASE} AS two\nRUN a\nRUN b\n`;
    assert.equal(byName(text, '[two 1/2] RUN a', '', { BASE: 'one' }), 4);
    assert.equal(byName(text, '[two 2/3] RUN a', '', { BASE: 'alpine' }), 4);
  });

  it('reads past a platform', () => {
    assert.equal(byName(stages, '[linux/arm64 one 2/2] RUN same'), 2);
    assert.equal(byName('FROM x\nRUN a\n', '[linux/amd64 2/2] RUN a'), 2);
  });

  it('finds instructions whose variables are expanded', () => {
    const text = `FROM x\nARG A\nRUN echo "$A" && \\\n  # why\n  exit \${B:-7}\nCOPY a /\${A}/b$A\n`;
    assert.equal(byName(text, '[2/3] RUN echo "some value" &&     exit 7'), 3);
    assert.equal(byName(text, '[3/3] COPY a /v/bv'), 6);
  });

  it('finds heredocs by their first line', () => {
    const text = 'FROM x\nRUN <<EOT\nset -e\nexit 3\nEOT\nRUN cat <<A > /b\na\nA\nCOPY <<A /c\nx\nA\n';
    assert.equal(byName(text, '[2/4] RUN <<EOT (set -e...)'), 2);
    assert.equal(byName(text, '[3/4] RUN cat <<A > /b (a...)'), 6);
    assert.equal(byName(text, '[4/4] COPY <<A /c'), 9);
  });

  it('finds the exec form', () => {
    assert.equal(byName('FROM x\nRUN ["/bin/sh", "-c", "exit 3"]\n', '[2/2] RUN ["/bin/sh", "-c", "exit 3"]'), 2);
  });

  it('counts past the triggers of a base image, which shift our steps', () => {
    const text = 'FROM x\nRUN a\nRUN b\n';
    assert.equal(byName(text, '[3/3] RUN a'), 2);
    assert.equal(byName(text, '[4/3] RUN b'), 3);
  });

  it('points to FROM for a trigger of the base image', () => {
    assert.equal(byName('# c\nFROM x\nRUN a\nRUN b\n', '[2/3] RUN npm ci'), 2);
    assert.equal(byName('FROM y AS one\nFROM x\nRUN a\n', '[stage-1 3/2] COPY . /srv'), 2);
  });

  it('finds the FROM or COPY whose image could not be had', () => {
    const text = `ARG TAG=3
FROM alpine:\${TAG} AS one
FROM registry.lan:5000/team/base
FROM one
COPY --from=ghcr.io/tools/one:2 /a /b
RUN --mount=type=bind,from=helper,target=/h true
`;
    assert.equal(byName(text, '[internal] load metadata for docker.io/library/alpine:3'), 2);
    assert.equal(byName(text, '[internal] load metadata for registry.lan:5000/team/base:latest'), 3);
    assert.equal(byName(text, 'FROM ghcr.io/tools/one:2'), 5);
    assert.equal(byName(text, '[internal] load metadata for docker.io/library/helper:latest'), 6);
    assert.equal(byName(text, '[internal] load metadata for docker.io/library/other:1'), undefined);
  });

  it('finds the FROM whose image name cannot be read', () => {
    const said = 'failed to parse stage name "Foo:::1": invalid reference format';
    assert.equal(byName('FROM x\nFROM Foo:::1\n', undefined, said), 2);
  });

  it('points nowhere for what is no step of the Dockerfile', () => {
    assert.equal(byName('FROM x\nRUN a\n', '[internal] load build context'), undefined);
    assert.equal(byName('FROM x\nRUN a\n', 'exporting to image'), undefined);
    assert.equal(byName('FROM x\nRUN a\n', '[other 2/2] RUN b'), undefined);
    assert.equal(byName('', '[2/2] RUN b'), undefined);
    assert.equal(byName('FROM x\nRUN a\n', undefined), undefined);
  });
});

describe('locating a failure of the classic builder', () => {
  it('counts every instruction of every stage, and the arguments before them', () => {
    const text =
      'ARG A=1\n# c\nFROM x AS one\nENV a=b\nRUN a && \\\n  b\nFROM one\nONBUILD RUN x\nMAINTAINER me\nRUN c\n';
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((ordinal) => byOrdinal(text, ordinal)),
      [1, 3, 4, 5, 7, 8, 9, 10, undefined],
    );
  });
});
