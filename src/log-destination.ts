import type { DestinationStream } from 'pino';
import type { Environment } from './environment.ts';
import { inertLine } from './inert-line.ts';
import type { LogFormat } from './settings.ts';

/**
 * Where log lines go: standard output, as JSON or in words. Where nobody has chosen, a person in front of a terminal gets
 * words, unless this is production (`NODE_ENV`).
 *
 * @returns undefined for JSON, which needs nothing in between
 */
export async function logDestination(
  format: LogFormat | undefined,
  environment: Environment,
): Promise<DestinationStream | undefined> {
  const forPeople = process.stdout.isTTY === true && environment.NODE_ENV !== 'production';
  if ((format ?? (forPeople ? 'pretty' : 'json')) === 'json') return undefined;
  const { prettyFactory } = await import('pino-pretty');
  const inWords = prettyFactory({ colorize: process.stdout.isTTY === true, translateTime: 'SYS:HH:MM:ss' });
  return { write: (line) => void process.stdout.write(inertLine(inWords(line))) };
}
