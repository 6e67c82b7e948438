import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BuildFailure, explainBuildFailure } from '../../../../src/build/docker/explain-build-failure.ts';
import { explainEngineError } from '../../../../src/build/docker/explain-engine-error.ts';
import { explainPushFailure } from '../../../../src/build/docker/explain-push-failure.ts';
import { parseDockerfile } from '../../../../src/build/docker/parse-dockerfile.ts';
import type { SlipwayError } from '../../../../src/errors.ts';

const text = 'FROM alpine:3\nRUN make && \\\n  make install\nCOPY a /b\nCOPY --from=busybox /c /d\n';

function build(said: string, given: Partial<BuildFailure> & { step?: string; tail?: string[] } = {}): SlipwayError {
  const { step, tail = [], ...others } = given;
  return explainBuildFailure({
    text: said,
    exitCode: undefined,
    place: { step, ordinal: undefined, tail },
    dockerfile: parseDockerfile(text, {}),
    dockerfilePath: 'orders/Dockerfile',
    target: undefined,
    ...others,
  });
}
const summary = ({ code, fault, transient }: SlipwayError): string =>
  `${code} ${fault}${transient ? ' transient' : ''}`;

describe('explainBuildFailure', () => {
  it('reads exit codes in the words of every engine', () => {
    const step = '[2/4] RUN make &&   make install';
    for (const said of [
      'executor failed running [/bin/sh -c make]: exit code: 2',
      'process "/bin/sh -c make" did not complete successfully: exit code: 2',
      "The command '/bin/sh -c make' returned a non-zero code: 2",
    ]) {
      const error = build(said, { step, tail: ['last'] });
      assert.equal(summary(error), 'build-failed yours');
      assert.equal(error.message, 'RUN in line 2 of orders/Dockerfile ended with exit code 2.');
      assert.deepEqual(error.tail, ['last']);
      assert.deepEqual([error.annotation?.startLine, error.annotation?.endLine], [2, 3]);
      assert.equal(error.annotation?.path, 'orders/Dockerfile');
    }
  });

  it('takes the exit code that the engine gives beside its words', () => {
    assert.match(build('it failed', { exitCode: 5 }).message, /exit code 5/);
  });

  it('says what else may be behind an exit code', () => {
    assert.match(build('exit code: 137').help ?? '', /memory/);
    assert.match(build('exit code: 1', { tail: ['cp: No space left on device'] }).help ?? '', /disk/);
  });

  it('names a missing file in the words of every engine', () => {
    const step = '[3/4] COPY a /b';
    for (const said of [
      'failed to compute cache key: "/a" not found: not found',
      'failed to compute cache key: failed to calculate checksum of ref abc::def: "/a": not found',
      'failed to calculate checksum of ref abc::def: "/a": not found',
      'COPY failed: file not found in build context or excluded by .dockerignore: stat a: file does not exist',
      'COPY failed: stat /data/tmp/docker-builder1/a: no such file or directory',
    ]) {
      const error = build(said, { step });
      assert.equal(summary(error), 'build-failed yours', said);
      assert.match(error.message, /COPY in line 4 .* did not find `.*a`/, said);
      assert.match(error.help ?? '', /left out by \.dockerignore/);
    }
  });

  it('tells a wrong Dockerfile from a failed build', () => {
    const parsed = build('failed to solve: dockerfile parse error on line 3: unknown instruction: FOO');
    assert.equal(summary(parsed), 'dockerfile-invalid yours');
    assert.equal(parsed.annotation?.startLine, 3);
    assert.equal(build('dockerfile parse error line 2: COPY requires two').annotation?.endLine, 2);
    for (const said of [
      'the Dockerfile (Dockerfile) cannot be empty',
      'failed to create LLB definition: circular dependency detected on stage: a',
      'COPY failed: forbidden path outside the build context: ../x ()',
      'No image was generated. Is your Dockerfile empty?',
      'failed to create LLB definition: no build stage in current context',
    ]) {
      assert.equal(summary(build(said)), 'dockerfile-invalid yours', said);
    }
  });

  it('tells a missing Dockerfile and a missing target', () => {
    assert.equal(build('Cannot locate specified Dockerfile: Dockerfile').code, 'dockerfile-missing');
    const said = 'failed to solve: failed to read dockerfile: open /tmp/mount/Dockerfile: no such file or directory';
    assert.equal(build(said).code, 'dockerfile-missing');
    for (const target of [
      'failed to reach build target x in Dockerfile',
      'failed to create LLB definition: target stage x could not be found',
      'target stage "x" could not be found',
    ]) {
      assert.equal(build(target, { target: 'x' }).code, 'configuration-invalid', target);
    }
  });

  it('tells base images that do not exist from registries that do not answer, refuse or are not trusted', () => {
    const step = '[internal] load metadata for docker.io/library/alpine:3';
    for (const [said, expected] of [
      ['docker.io/library/alpine:3: not found', 'base-image-unavailable yours'],
      ['manifest for alpine:3 not found: manifest unknown: manifest unknown', 'base-image-unavailable yours'],
      [
        'pull access denied for alpine, repository does not exist or may require authorization',
        'base-image-unavailable yours',
      ],
      [
        'failed to do request: Head "https://r/v2/": dial tcp: lookup r: no such host',
        'base-image-unavailable ours transient',
      ],
      ['dial tcp 127.0.0.1:1: connect: connection refused', 'base-image-unavailable ours transient'],
      ['unexpected status code [manifests 3]: 503 Service Unavailable', 'base-image-unavailable ours transient'],
      ['toomanyrequests: You have reached your pull rate limit', 'base-image-unavailable ours transient'],
      ['unauthorized: authentication required', 'base-image-unavailable ours'],
      ['unexpected status code [manifests 3]: 401 Unauthorized', 'base-image-unavailable ours'],
      ['x509: certificate signed by unknown authority', 'base-image-unavailable ours'],
    ] as const) {
      const error = build(said, { step });
      assert.equal(summary(error), expected, said);
      assert.equal(error.annotation?.startLine, error.fault === 'yours' ? 1 : undefined, said);
    }
  });

  it('knows the image of COPY --from', () => {
    const classic = { step: undefined, ordinal: 4, tail: [] };
    const said = 'invalid from flag value busybox: manifest for busybox:latest not found: manifest unknown';
    assert.equal(summary(build(said, { place: classic })), 'base-image-unavailable yours');
    const error = build('docker.io/library/busybox:latest: not found', { step: 'FROM docker.io/library/busybox' });
    assert.deepEqual([error.code, error.annotation?.startLine], ['base-image-unavailable', 5]);
  });

  it('does not blame the Dockerfile for what the machines did', () => {
    const step = '[2/4] RUN make &&   make install';
    for (const [said, expected] of [
      ['write /data/x: no space left on device', 'disk-full ours'],
      ['error committing: no space left on device', 'disk-full ours'],
      ['context canceled', 'engine-lost ours transient'],
      ['rpc error: code = Canceled desc = grpc: the client connection is closing', 'engine-lost ours transient'],
      ['could not find bridge docker0: route ip+net: no such network interface', 'engine-unavailable ours'],
    ] as const) {
      const error = build(said, { step });
      assert.equal(summary(error), expected, said);
      assert.equal(error.annotation, undefined);
    }
  });

  it('passes on words that it does not know, at the step where they were said', () => {
    const error = build('something quite new', { step: '[3/4] COPY a /b' });
    assert.equal(summary(error), 'build-failed yours');
    assert.match(error.message, /COPY in line 4 of orders\/Dockerfile failed: something quite new/);
  });
});

describe('explainPushFailure', () => {
  it('reads the words of engine and registry', () => {
    for (const [said, expected] of [
      ['unauthorized: authentication required', 'registry-refused ours'],
      ['no basic auth credentials', 'registry-refused ours'],
      ['denied: requested access to the resource is denied', 'registry-refused ours'],
      ['received unexpected HTTP status: 403 Forbidden', 'registry-refused ours'],
      ['Get "https://r/v2/": x509: certificate signed by unknown authority', 'registry-untrusted ours'],
      ['Get "https://r/v2/": http: server gave HTTP response to HTTPS client', 'registry-untrusted ours'],
      [
        'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
        'registry-unavailable ours transient',
      ],
      ['Get "https://r/v2/": dial tcp: lookup r on 10.0.0.1:53: no such host', 'registry-unavailable ours transient'],
      ['received unexpected HTTP status: 502 Bad Gateway', 'registry-unavailable ours transient'],
      ['received unexpected HTTP status: 429 Too Many Requests', 'registry-unavailable ours transient'],
      ['toomanyrequests: slowly', 'registry-unavailable ours transient'],
      ['Put "http://r/v2/x/manifests/1": EOF', 'registry-unavailable ours transient'],
      ['write tcp: connection reset by peer', 'registry-unavailable ours transient'],
      ['net/http: TLS handshake timeout', 'registry-unavailable ours transient'],
      ['write /data: no space left on device', 'disk-full ours'],
      ['digest invalid: provided digest did not match uploaded content', 'registry-unavailable ours transient'],
      ['manifest invalid: manifest invalid', 'registry-failed ours'],
      ['received unexpected HTTP status: 200 OK', 'registry-failed ours'],
    ] as const) {
      assert.equal(summary(explainPushFailure(said, 'registry.lan:5000')), expected, said);
    }
  });

  it('does not take a port for a status', () => {
    assert.equal(explainPushFailure('strange words of 127.0.0.1:503', 'r').code, 'registry-failed');
  });
});

describe('explainEngineError', () => {
  const coded = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

  it('tells an engine that is down from one that went away', () => {
    for (const code of ['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', 'ABORT_ERR']) {
      assert.equal(summary(explainEngineError(coded(code), 'building')), 'engine-unavailable ours transient', code);
    }
    for (const code of ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']) {
      assert.equal(summary(explainEngineError(coded(code), 'building')), 'engine-lost ours transient', code);
    }
    assert.equal(summary(explainEngineError(new Error('socket hang up'), 'building')), 'engine-lost ours transient');
  });

  it('does not try again what only a person can mend', () => {
    assert.equal(summary(explainEngineError(coded('EACCES'), 'building')), 'engine-unavailable ours');
    assert.equal(summary(explainEngineError(coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'x')), 'engine-unavailable ours');
  });

  it('keeps the engine’s words without what dockerode puts around them', () => {
    const error = Object.assign(new Error('(HTTP code 500) server error - the words '), { statusCode: 500 });
    assert.equal(explainEngineError(error, 'building').message, 'The engine answered 500 while building: the words');
    assert.equal(explainEngineError(error, 'building').transient, true);
    const full = Object.assign(new Error('(HTTP code 500) server error - no space left on device '), {
      statusCode: 500,
    });
    assert.equal(explainEngineError(full, 'building').code, 'disk-full');
  });
});
