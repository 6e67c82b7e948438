import { type Check, ok, warning } from './check.ts';

/** Milliseconds; tokens and certificates are good for minutes around now. */
const most = 30_000;

/** @param difference how far its clock is before ours, in milliseconds */
export const checkRegistryClock = (difference: (signal: AbortSignal) => Promise<number | undefined>): Check => ({
  name: 'registry clock',
  after: 'registry TLS',
  async run(signal) {
    const found = await difference(signal);
    if (found === undefined) return ok('it tells no time');
    const seconds = Math.round(Math.abs(found) / 1000);
    if (Math.abs(found) <= most) return ok(`${seconds} s from ours`);
    return warning(
      `${seconds} s ${found > 0 ? 'before' : 'behind'} ours`,
      'Let both machines set their clocks by NTP: tokens and certificates are judged by them.',
    );
  },
});
