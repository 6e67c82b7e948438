import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stepLog } from '../../../../src/build/docker/step-log.ts';
import type { BuildEvent, BuildStep } from '../../../../src/build-terms.ts';

const step = (given: Partial<BuildStep> = {}): BuildStep => ({
  id: 's',
  name: 'RUN x',
  cached: false,
  startedAt: new Date(1),
  ...given,
});

function started(): { log: ReturnType<typeof stepLog>; events: BuildEvent[] } {
  const events: BuildEvent[] = [];
  const log = stepLog((event) => events.push(event));
  log.step(step());
  return { log, events };
}

describe('stepLog', () => {
  it('tells a step once as long as nothing changes', () => {
    const { log, events } = started();
    log.step(step());
    assert.equal(events.length, 1);
    log.step(step({ cached: true }));
    log.step(step({ cached: true, endedAt: new Date(2) }));
    log.step(step({ cached: true, endedAt: new Date(2), error: 'e' }));
    assert.equal(events.length, 4);
  });

  it('keeps the last 20 lines of a step, without colours and without empty lines at the end', () => {
    const { log } = started();
    for (let line = 1; line <= 50; line += 1) log.output('s', `\u001b[31mline ${line}\u001b[0m\n`);
    log.output('s', '\n\n');
    const tail = log.tail('s');
    assert.equal(tail.length, 18);
    assert.equal(tail[0], 'line 33');
    assert.equal(tail.at(-1), 'line 50');
  });

  it('shortens long lines of a tail', () => {
    const { log } = started();
    log.output('s', `${'x'.repeat(15_000)}\n`);
    assert.deepEqual(log.tail('s'), ['x'.repeat(500)]);
  });

  it('forgets the lines of a step that went well', () => {
    const { log } = started();
    log.output('s', 'fine\n');
    log.step(step({ endedAt: new Date(2) }));
    assert.deepEqual(log.tail('s'), []);
  });

  it('keeps apart what comes on two channels', () => {
    const { log, events } = started();
    log.output('s', 'out', 1);
    log.output('s', 'err\n', 2);
    log.output('s', 'put\n', 1);
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'log' ? [event.text] : [])),
      ['err\n', 'output\n'],
    );
  });

  it('gives out a step’s unfinished line before the step’s end', () => {
    const { log, events } = started();
    log.output('s', 'half');
    log.step(step({ endedAt: new Date(2) }));
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['step', 'log', 'step'],
    );
  });

  it('ends what still runs, and gives out its unfinished line first', () => {
    const { log, events } = started();
    log.output('s', 'half');
    log.end(new Date(9));
    assert.deepEqual(events.slice(1), [
      { kind: 'log', stepId: 's', text: 'half\n' },
      { kind: 'step', step: step({ endedAt: new Date(9) }) },
    ]);
    log.end(new Date(10));
    assert.equal(events.length, 3);
  });
});
