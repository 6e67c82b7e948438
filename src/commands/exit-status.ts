import { type ErrorCode, SlipwayError } from '../errors.ts';

/** Refused, or asked in a way that could not be understood; everything else has failed. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'bad-settings',
  'bad-usage',
  'configuration-invalid',
  'version-missing',
  'version-invalid',
  'version-ambiguous',
  'version-taken',
  'package-json-missing',
  'package-json-invalid',
  'service-name-missing',
  'service-name-invalid',
  'service-owned',
  'unsupported',
]);

/** What a failed command prints and how it exits: 1 failed, 2 refused or bad usage. */
export function exitStatus(error: unknown): { readonly status: 1 | 2; readonly text: string } {
  if (error instanceof SlipwayError) {
    const tail = error.tail === undefined ? [] : error.tail.map((line) => `    ${line}`);
    const text = [...tail, `slipway: ${error.message}`, ...(error.help === undefined ? [] : [`  ${error.help}`])].join(
      '\n',
    );
    return { status: refusals.has(error.code) ? 2 : 1, text };
  }
  const isUsage = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (isUsage) return { status: 2, text: `slipway: ${error.message}` };
  return { status: 1, text: `slipway: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
}
