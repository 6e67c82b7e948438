/** Random numbers that a seed repeats (mulberry32). */
export type Random = {
  /** From 0 up to 1. */
  next(): number;
  /** An integer from `from` up to `to`, both included. */
  between(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  /** Deals the list out in a random order, again and again: each is met before any is met a second time. */
  deck<T>(list: readonly T[]): () => T;
};

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const take = <T>(list: T[]): T => {
    const [one] = list.splice(Math.floor(next() * list.length), 1);
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  };
  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (list) => take([...list]),
    deck(list) {
      let left: (typeof list)[number][] = [];
      return () => {
        if (left.length === 0) left = [...list];
        return take(left);
      };
    },
  };
}
