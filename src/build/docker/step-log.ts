import type { BuildEvent, BuildStep } from '../../build-terms.ts';
import { type WholeLines, wholeLines } from './whole-lines.ts';

/** Lines and characters of a failing step's tail. */
const tailLines = 20;
const tailWidth = 500;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
const escapes = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]/g;

/** Tells of steps and their output, each change once, each output in whole lines. */
export type StepLog = {
  /** A step that began or changed. */
  step(step: BuildStep): void;
  /** Output of a step; `channel` keeps outputs that may break each other's lines apart. */
  output(stepId: string | undefined, piece: Uint8Array | string, channel?: number): void;
  /** Gives out the unfinished lines of a step. */
  flush(stepId: string | undefined): void;
  /** What the step has told so far is none of its last lines. */
  restartTail(stepId: string | undefined): void;
  /** The last lines of a step, without colours. */
  tail(stepId: string): readonly string[];
  /** Ends every step that still runs. */
  end(now: Date): void;
};

type Entry = { step: BuildStep | undefined; readonly outputs: Map<number, WholeLines>; tail: string[] };

const same = (a: BuildStep, b: BuildStep): boolean =>
  a.name === b.name &&
  a.cached === b.cached &&
  a.error === b.error &&
  a.startedAt?.getTime() === b.startedAt?.getTime() &&
  a.endedAt?.getTime() === b.endedAt?.getTime();

export function stepLog(onEvent: (event: BuildEvent) => void): StepLog {
  const entries = new Map<string | undefined, Entry>();

  function entryOf(stepId: string | undefined): Entry {
    const known = entries.get(stepId);
    if (known) return known;
    const entry: Entry = { step: undefined, outputs: new Map(), tail: [] };
    entries.set(stepId, entry);
    return entry;
  }

  function tell(stepId: string | undefined, entry: Entry, pieces: readonly string[]): void {
    for (const text of pieces) {
      onEvent(stepId === undefined ? { kind: 'log', text } : { kind: 'log', stepId, text });
      const lines = text.split('\n').slice(0, -1).slice(-tailLines);
      entry.tail = [...entry.tail, ...lines].slice(-tailLines);
    }
  }

  function flush(stepId: string | undefined): void {
    const entry = entryOf(stepId);
    for (const lines of entry.outputs.values()) tell(stepId, entry, lines.end());
    entry.outputs.clear();
  }

  function tellStep(step: BuildStep): void {
    const entry = entryOf(step.id);
    if (step.endedAt) flush(step.id);
    if (entry.step && same(entry.step, step)) return;
    entry.step = step;
    onEvent({ kind: 'step', step });
    if (step.endedAt && step.error === undefined) entry.tail = [];
  }

  return {
    step: tellStep,
    output(stepId, piece, channel = 1) {
      const entry = entryOf(stepId);
      const lines = entry.outputs.get(channel) ?? wholeLines();
      entry.outputs.set(channel, lines);
      tell(stepId, entry, lines.add(piece));
    },
    flush,
    restartTail(stepId) {
      entryOf(stepId).tail = [];
    },
    tail(stepId) {
      const lines = entryOf(stepId).tail.map((line) => line.replace(escapes, '').trimEnd().slice(0, tailWidth));
      return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
    },
    end(now) {
      for (const [stepId, { step }] of entries) {
        flush(stepId);
        if (step?.startedAt && !step.endedAt) tellStep({ ...step, endedAt: now });
      }
    },
  };
}
