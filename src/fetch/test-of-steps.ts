import type { PathTest } from './path-test.ts';
import type { Step } from './steps-of-expression.ts';

/** The places in the steps where a match may stand, and where each character leads, as far as it was asked. */
type State = { readonly places: Uint8Array; readonly alive: boolean; readonly next: (State | undefined)[] };

const slash = 0x2f;
const lineEnd = 0x0a;
const ascii = 128;
/** Of one pattern. Ordinary ones have less than a hundred. */
const mostStates = 500;

/**
 * Whether steps match a whole path, in time that grows with the path alone: patterns come from repositories, and a
 * backtracking expression would let one of them stop the server. States are found when they are needed and then kept.
 */
export function testOfSteps(steps: readonly Step[]): PathTest {
  const last = steps.length;
  // What stands around a place would have to be part of its state: such patterns are rare, and followed step by step.
  const keeps = steps.every(({ kind }) => kind !== 'place');
  let states = new Map<string, State>();
  let start: State | undefined;

  /** Marks a place and every place that can be reached from it without a character. */
  function reach(places: Uint8Array, place: number, before: number | undefined, after: number | undefined): void {
    let at = place;
    while (places[at] === 0) {
      places[at] = 1;
      const step = steps[at];
      if (step?.kind === 'folders') {
        places[at + 1] = 1;
        at += 2;
      } else if (step?.kind === 'many' || (step?.kind === 'place' && step.test(before, after))) {
        at += 1;
      } else {
        return;
      }
    }
  }

  function stateOf(places: Uint8Array): State {
    const key = keeps ? places.join('') : '';
    const known = keeps ? states.get(key) : undefined;
    if (known !== undefined) return known;
    if (states.size >= mostStates) {
      states = new Map();
      start = undefined;
    }
    const state = { places, alive: places.includes(1), next: [] };
    if (keeps) states.set(key, state);
    return state;
  }

  function advance({ places }: State, point: number, after: number | undefined): State {
    const next = new Uint8Array(last + 1);
    for (let place = 0; place < last; place += 1) {
      const step = places[place] === 1 ? steps[place] : undefined;
      if (step?.kind === 'folder') {
        if (point !== lineEnd) next[place] = 1;
        if (point === slash) reach(next, place + 1, point, after);
      } else if (step?.kind === 'one' || step?.kind === 'many') {
        if (step.test(point)) reach(next, step.kind === 'one' ? place + 1 : place, point, after);
      }
    }
    return stateOf(next);
  }

  function startOf(path: string): State {
    const places = new Uint8Array(last + 1);
    reach(places, 0, undefined, path.codePointAt(0));
    return stateOf(places);
  }

  return (path, spend) => {
    let state = (keeps ? start : undefined) ?? startOf(path);
    start = state;
    let at = 0;
    while (at < path.length && state.alive) {
      const point = path.codePointAt(at) ?? 0;
      at += point > 0xffff ? 2 : 1;
      let next = keeps && point < ascii ? state.next[point] : undefined;
      if (next === undefined) {
        spend(last);
        next = advance(state, point, path.codePointAt(at));
        if (keeps && point < ascii) state.next[point] = next;
      }
      state = next;
    }
    spend(at);
    return state.alive && state.places[last] === 1;
  };
}
