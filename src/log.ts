import { AsyncLocalStorage } from 'node:async_hooks';
import pino, { type DestinationStream, type Logger } from 'pino';
import { inertLine } from './inert-line.ts';

export type Log = Logger;

/** Keys whose values never reach a log line, wherever they stand. */
const secretKeys = ['password', 'token', 'authorization', 'privateKey', 'webhookSecret', 'secret', 'auth'];

/**
 * An error as the log keeps it: no `event` (Probot puts the whole payload there) and no `request` (octokit puts the
 * headers, and with them the token, there).
 */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, stack, name } = error;
  const code = 'code' in error ? error.code : undefined;
  const status = 'status' in error ? error.status : undefined;
  const inner = error instanceof AggregateError ? error.errors.map(serializeError) : undefined;
  return {
    type: name,
    message,
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    stack,
    ...(inner === undefined ? {} : { errors: inner }),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}

const context = new AsyncLocalStorage<Record<string, unknown>>();

/** Runs work whose log lines all carry these fields, whoever writes them: one grep then follows it. */
export const inLogContext = <T>(fields: Record<string, unknown>, work: () => T): T => context.run({ ...fields }, work);

/** Adds fields to every further line of the work that we are in. */
export function addToLogContext(fields: Readonly<Record<string, unknown>>): void {
  Object.assign(context.getStore() ?? {}, fields);
}

/** The fields of the work that a line belongs to, but for those that its logger has already. */
function contextOf(logger: Logger): object {
  const fields = context.getStore();
  if (fields === undefined) return {};
  const bound = logger.bindings();
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !Object.hasOwn(bound, key)));
}

/** The log: JSON lines on standard output unless another destination is given. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: (_line: object, _level: number, logger: Logger) => contextOf(logger),
    hooks: { streamWrite: inertLine },
    serializers: { err: serializeError, error: serializeError },
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '[hidden]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
