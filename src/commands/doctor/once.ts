/** Asks the first time only: several checks look at one answer. */
export function once<Arguments extends unknown[], T>(
  ask: (...args: Arguments) => Promise<T>,
): (...args: Arguments) => Promise<T> {
  let asked: Promise<T> | undefined;
  return (...args) => {
    asked ??= ask(...args);
    return asked;
  };
}
