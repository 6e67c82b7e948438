import type { Step } from './steps-of-expression.ts';
import type { PathTest } from './test-of-pattern.ts';

const slash = 0x2f;

/**
 * Whether steps match a whole path, in time that grows with path times steps and never faster: patterns come from
 * repositories, and a backtracking expression would let one of them stop the server.
 */
export function testOfSteps(steps: readonly Step[]): PathTest {
  const last = steps.length;

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

  return (path, spend) => {
    spend(path.length * steps.length);
    let places = new Uint8Array(last + 1);
    reach(places, 0, undefined, path.codePointAt(0));
    for (let at = 0; at < path.length; ) {
      const point = path.codePointAt(at) ?? 0;
      at += point > 0xffff ? 2 : 1;
      const after = path.codePointAt(at);
      const next = new Uint8Array(last + 1);
      let alive = false;
      for (let place = 0; place < last; place += 1) {
        const step = places[place] === 1 ? steps[place] : undefined;
        if (step === undefined) continue;
        if (step.kind === 'folder') {
          if (point !== 0x0a) {
            next[place] = 1;
            alive = true;
          }
          if (point === slash) reach(next, place + 1, point, after);
        } else if ((step.kind === 'one' || step.kind === 'many') && step.test(point)) {
          reach(next, step.kind === 'one' ? place + 1 : place, point, after);
          alive = true;
        }
      }
      if (!alive) return false;
      places = next;
    }
    return places[last] === 1;
  };
}
