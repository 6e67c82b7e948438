import type { BuildEvent, BuildStep } from '../../build-terms.ts';
import { auxId, type Follower } from './follower.ts';
import type { EngineMessage } from './read-messages.ts';
import { stepLog } from './step-log.ts';

/** What the classic builder leaves on the engine: for its cache, and for stopping it. */
export type ClassicFollower = Follower & {
  /** Last image of each stage in turn. */
  stages(): readonly string[];
  /** Id of the container that runs a step now. */
  container(): string | undefined;
};

const stepLine = /^Step (\d+)\/(\d+) : (.*)$/s;
const running = /^ ---> Running in ([0-9a-f]+)\n?$/;
const imageLine = /^ ---> ([0-9a-f]{12})\n?$/;

/**
 * Follows the classic builder: `Step 2/5 : RUN ...`, ` ---> Using cache`, ` ---> Running in ...`, output, image id. It
 * gives no times, so those of arrival are taken. While a container runs, whatever arrives is its output, also where it
 * looks like the builder's own lines.
 */
export function followClassic(onEvent: (event: BuildEvent) => void, now = (): Date => new Date()): ClassicFollower {
  const log = stepLog(onEvent);
  let step: BuildStep | undefined;
  let ordinal: number | undefined;
  let container: string | undefined;
  let stages: string[] = [];
  let unfinished: string | undefined;
  let built = false;
  let over = false;

  function endStep(error?: string): void {
    if (step) log.step({ ...step, endedAt: now(), ...(error !== undefined && { error }) });
  }

  function begin(place: number, total: string, text: string): void {
    endStep();
    ordinal = place;
    step = { id: `step-${place}`, name: `[${place}/${total}] ${text.trim()}`, startedAt: now(), cached: false };
    log.step(step);
  }

  /** The builder's own lines, which it writes one at a time. */
  function takeLine(text: string): void {
    const next = stepLine.exec(text);
    container = running.exec(text)?.[1];
    const image = imageLine.exec(text)?.[1];
    if (next) begin(Number(next[1]), next[2] ?? '', next[3] ?? '');
    else if (container !== undefined) {
      log.flush(step?.id);
      // What the builder itself had to say, such as a warning about the network, is not what the step printed.
      log.restartTail(step?.id);
    } else if (image !== undefined) unfinished = image;
    else if (text === ' ---> Using cache\n' && step) {
      step = { ...step, cached: true };
      log.step(step);
    } else if (text.startsWith('Successfully ')) built = true;
    // The text of a step and the end of its line come apart.
    else if (text.trim() !== '') log.output(step?.id, text);
  }

  function takeText(text: string): void {
    if (container === undefined) {
      takeLine(text);
    } else if (text === `Removing intermediate container ${container}\n`) {
      container = undefined;
      log.flush(step?.id);
    } else {
      log.output(step?.id, text);
    }
  }

  function takeStatus({ id, status, progress }: EngineMessage): void {
    // Bars of a pull change many times a second; their end is a message without a bar.
    if (status !== undefined && !progress) log.output(step?.id, `${id ? `${id}: ` : ''}${status}\n`);
  }

  return {
    take(message) {
      if (message.stream !== undefined) takeText(message.stream);
      takeStatus(message);
      const image = auxId(message);
      if (image === undefined) return;
      stages = [...stages, image];
      unfinished = undefined;
    },
    end(failure) {
      if (over) return;
      over = true;
      endStep(failure);
      log.end(now());
    },
    imageId: () => (built ? stages.at(-1) : undefined),
    stages: () => (unfinished === undefined ? stages : [...stages, unfinished]),
    container: () => container,
    place() {
      return { step: step?.name, ordinal, tail: step ? log.tail(step.id) : [] };
    },
  };
}
