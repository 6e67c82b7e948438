import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { followBuildkit } from '../../../../src/build/docker/follow-buildkit.ts';
import type { Follower } from '../../../../src/build/docker/follower.ts';
import type { BuildEvent } from '../../../../src/build-terms.ts';
import { encodeTrace, recorded, stepsIn, textIn } from './recorded.ts';

function follow(name: string): { follower: Follower; events: BuildEvent[] } {
  const events: BuildEvent[] = [];
  const follower = followBuildkit((event) => events.push(event));
  for (const message of recorded(name)) follower.take(message);
  follower.end();
  return { follower, events };
}

describe('followBuildkit', () => {
  it('names the image once it is finished', () => {
    assert.match(follow('buildkit-built').follower.imageId() ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.equal(follow('buildkit-failed').follower.imageId(), undefined);
  });

  it('tells of each step with its times, and each change once', () => {
    const { events } = follow('buildkit-built');
    const steps = stepsIn(events).filter(({ name }) => /^\[.*\d\/\d\]/.test(name));
    assert.deepEqual(
      steps.map(({ name }) => name.slice(0, name.indexOf(']') + 1)).sort(),
      ['[stage-1 2/4]', '[stage-1 3/4]', '[stage-1 4/4]', '[tools 1/2]', '[tools 2/2]'].sort(),
    );
    for (const step of steps) assert.ok(step.startedAt && step.endedAt && step.startedAt <= step.endedAt);
    const told = events.flatMap((event) => (event.kind === 'step' ? [JSON.stringify(event.step)] : []));
    for (const [index, text] of told.entries()) {
      const id = JSON.parse(text).id;
      const next = told.slice(index + 1).find((other) => JSON.parse(other).id === id);
      assert.notEqual(text, next);
    }
  });

  it('puts output together: characters cut in two, both streams, a line without an end', () => {
    const { events } = follow('buildkit-built');
    assert.deepEqual(
      textIn(events, /tools 2\/2/)
        .split('\n')
        .sort(),
      ['', 'no end', 'problems', 'zwölf'],
    );
    assert.equal(textIn(events, /stage-1 4\/4/), 'progress\n100%\n');
  });

  it('tells a step’s output before its end', () => {
    const { events } = follow('buildkit-built');
    const id = stepsIn(events).find(({ name }) => name.startsWith('[stage-1 4/4]'))?.id;
    const ended = events.findIndex((event) => event.kind === 'step' && event.step.id === id && event.step.endedAt);
    const output = events.findLastIndex((event) => event.kind === 'log' && event.stepId === id);
    assert.ok(output >= 0 && output < ended);
  });

  it('says which steps came from the cache', () => {
    const cached = stepsIn(follow('buildkit-cached').events).filter(({ name }) => name.includes('] RUN'));
    assert.deepEqual(
      cached.map((step) => step.cached),
      [true, true],
    );
  });

  it('finds the step that failed among those that were stopped for it', () => {
    const { follower, events } = follow('buildkit-failed');
    const place = follower.place('executor failed running [/bin/sh -c echo "one" &&     exit 9]: exit code: 9');
    assert.equal(place.step, '[stage-1 2/3] RUN echo "one" &&     exit 9');
    assert.deepEqual(place.tail, ['one']);
    for (const step of stepsIn(events)) assert.ok(!step.startedAt || step.endedAt, step.name);
  });

  it('takes no stopped step for the failed one, whichever is told first', () => {
    const vertex = (name: string, error: string) => ({ digest: name, name, error, started: {}, completed: {} });
    const follower = followBuildkit(() => undefined);
    const vertexes = [vertex('stopped', 'exit code: 137: context canceled'), vertex('failed', 'exit code: 9')];
    follower.take({ id: 'moby.buildkit.trace', aux: encodeTrace({ vertexes }) });
    assert.equal(follower.place('in words of its own').step, 'failed');
  });

  it('tells warnings and finished parts of a step, but not the name that is ours alone', () => {
    const events: BuildEvent[] = [];
    const follower = followBuildkit((event) => events.push(event));
    const completed = { seconds: 1 };
    const statuses = [
      { ID: 'exporting layers', vertex: 'v', completed },
      { ID: 'exporting layers', vertex: 'v', completed },
      { ID: 'naming to docker.io/library/slipway-build:1', vertex: 'v', completed },
      { ID: 'pushing', vertex: 'v' },
    ];
    const warnings = [{ vertex: 'v', short: Buffer.from('old style') }];
    follower.take({ id: 'moby.buildkit.trace', aux: encodeTrace({ statuses, warnings }) });
    follower.take({ stream: 'Successfully tagged slipway-build:1\n' });
    assert.deepEqual(events, [
      { kind: 'log', stepId: 'v', text: 'Warning: old style\n' },
      { kind: 'log', stepId: 'v', text: 'exporting layers done\n' },
    ]);
  });

  it('knows no step where it failed outside of one', () => {
    const follower = followBuildkit(() => undefined);
    assert.deepEqual(follower.place('no build stage in current context'), {
      step: undefined,
      ordinal: undefined,
      tail: [],
    });
  });
});
