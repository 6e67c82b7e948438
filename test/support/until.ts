import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until a look finds something, and returns it. The limit (milliseconds) is there so that what never comes fails
 * with its name instead of for ever.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  within = 90_000,
): Promise<T> {
  const limit = Date.now() + within;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > limit) throw new Error(`waited ${within / 1000} s in vain for: ${what}`);
    await pause(10);
  }
}
