import { setTimeout as wait } from 'node:timers/promises';

/** Waits until the condition holds, and fails with its name when it does not within the time (milliseconds). */
export async function until(what: string, condition: () => boolean | Promise<boolean>, within = 20_000): Promise<void> {
  const end = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${within / 1000} s in vain until ${what}`);
    await wait(5);
  }
}
