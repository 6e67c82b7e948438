import { SlipwayError } from '../errors.ts';

/** More bytes than allowed. */
export function tooLarge(what: string, limit: number, found?: number): SlipwayError {
  const more = found === undefined ? 'more' : `${found}`;
  return new SlipwayError('source-too-large', `Expected at most ${limit} bytes of ${what}, found ${more}.`, {
    help: 'Take large files out of it, or raise SOURCE_LIMIT of the server.',
  });
}
