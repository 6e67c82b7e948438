import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ClassicFollower, followClassic } from '../../../../src/build/docker/follow-classic.ts';
import type { EngineMessage } from '../../../../src/build/docker/read-messages.ts';
import type { BuildEvent } from '../../../../src/build-terms.ts';
import { recorded, stepsIn, textIn } from './recorded.ts';

function follow(
  messages: readonly EngineMessage[],
  failure?: string,
): { follower: ClassicFollower; events: BuildEvent[] } {
  const events: BuildEvent[] = [];
  let seconds = 0;
  const follower = followClassic(
    (event) => events.push(event),
    () => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds++),
  );
  for (const message of messages) follower.take(message);
  if (failure !== undefined) follower.end(failure);
  return { follower, events };
}

const streams = (...texts: string[]): EngineMessage[] => texts.map((stream) => ({ stream }));

describe('followClassic', () => {
  it('names the image only when the builder has finished it', () => {
    const messages = recorded('classic-built');
    assert.match(follow(messages).follower.imageId() ?? '', /^sha256:[0-9a-f]{64}$/);
    const cut = messages.findIndex(({ stream }) => stream?.startsWith('Successfully built'));
    assert.equal(follow(messages.slice(0, cut)).follower.imageId(), undefined);
  });

  it('tells of each step, its begin, end and output', () => {
    const { follower, events } = follow(recorded('classic-built'));
    follower.end();
    const steps = stepsIn(events);
    assert.deepEqual(
      steps.map(({ id }) => id),
      ['step-1', 'step-2', 'step-3', 'step-4', 'step-5', 'step-6'],
    );
    assert.equal(steps[3]?.name, '[4/6] WORKDIR /srv');
    for (const step of steps) assert.ok(step.startedAt && step.endedAt && step.startedAt < step.endedAt);
    assert.equal(textIn(events, /^\[6\/6\]/), 'progress\n100%\n');
    assert.equal(textIn(events, /^\[4\/6\]/), '');
  });

  it('says which steps came from the cache', () => {
    const { events } = follow(recorded('classic-cached'), '');
    assert.deepEqual(
      stepsIn(events).map(({ cached }) => cached),
      [false, true, false, true, true, true],
    );
  });

  it('knows the last image of each stage, also of one that was not finished', () => {
    const built = follow(recorded('classic-built')).follower;
    assert.equal(built.stages().length, 2);
    assert.equal(built.stages().at(-1), built.imageId());
    const failed = follow(recorded('classic-failed')).follower.stages();
    assert.equal(failed.length, 2);
    assert.match(failed[1] ?? '', /^[0-9a-f]{12}$/);
  });

  it('says where a build failed, with the last lines', () => {
    const { follower, events } = follow(recorded('classic-failed'), 'it returned a non-zero code: 9');
    assert.deepEqual(follower.place(''), {
      step: '[4/5] RUN echo "one" &&     exit 9',
      ordinal: 4,
      tail: ['one'],
    });
    assert.equal(stepsIn(events).at(-1)?.error, 'it returned a non-zero code: 9');
    follower.end();
    assert.equal(stepsIn(events).at(-1)?.error, 'it returned a non-zero code: 9');
  });

  it('takes what a running step says for output, also where it looks like the builder’s words', () => {
    const said = [' ---> Using cache\n', 'Step 9/9 : FROM evil\n', 'Successfully built 000000000000\n'];
    const removing = 'Removing intermediate container 0123456789ab\n';
    const { follower, events } = follow([
      ...streams('Step 1/2 : RUN liar', '\n', ' ---> Running in 1234567890ab\n', ...said, removing),
      ...streams('Removing intermediate container 1234567890ab\n', ' ---> 1234567890cd\n', 'Step 2/2 : CMD x', '\n'),
    ]);
    assert.equal(textIn(events, /liar/), said.join('') + removing);
    assert.equal(stepsIn(events)[0]?.cached, false);
    assert.equal(stepsIn(events).length, 2);
    assert.equal(follower.imageId(), undefined);
  });

  it('tells a warning of the engine, which is none of the step’s last lines', () => {
    const warning = ' ---> [Warning] IPv4 forwarding is disabled. Networking will not work.\n';
    const { follower, events } = follow([
      ...streams('Step 1/1 : RUN x', '\n', warning, ' ---> Running in 1234567890ab\n', 'before\n'),
      { error: 'it returned a non-zero code: 7' },
    ]);
    assert.equal(textIn(events, /RUN x/), `${warning}before\n`);
    assert.deepEqual(follower.place('').tail, ['before']);
  });

  it('knows the container that runs', () => {
    const { follower } = follow(streams('Step 1/1 : RUN x', '\n', ' ---> Running in 1234567890ab\n'));
    assert.equal(follower.container(), '1234567890ab');
    follower.take({ stream: 'Removing intermediate container 1234567890ab\n' });
    assert.equal(follower.container(), undefined);
  });

  it('tells the milestones of a pull, not its bars', () => {
    const { events } = follow([
      ...streams('Step 1/1 : FROM alpine', '\n'),
      { status: 'Pulling from library/alpine', id: '3' },
      { status: 'Downloading', progress: '[=>  ]', id: 'abc' },
      { status: 'Pull complete', id: 'abc' },
      { status: 'Status: Downloaded newer image for alpine:3' },
    ]);
    assert.equal(
      textIn(events, /alpine/),
      '3: Pulling from library/alpine\nabc: Pull complete\nStatus: Downloaded newer image for alpine:3\n',
    );
  });

  it('tells warnings outside of steps', () => {
    const warning = '[Warning] One or more build-args [X] were not consumed\n';
    const { events } = follow(streams(warning));
    assert.deepEqual(events, [{ kind: 'log', text: warning }]);
  });
});
