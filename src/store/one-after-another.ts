/** Runs what it is given one after another, in the order in which it was given; a failure is its giver's alone. */
export function oneAfterAnother(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work);
    last = run.then(
      () => undefined,
      () => undefined,
    );
    return run;
  };
}
