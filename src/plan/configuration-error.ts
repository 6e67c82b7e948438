import { SlipwayError } from '../errors.ts';
import { configurationPath } from './configuration.ts';

/** The error for one place of `.github/slipway.yml`. Lines count from 1. */
export function configurationError(sentence: string, line: number, cause?: unknown): SlipwayError {
  return new SlipwayError('configuration-invalid', `\`${configurationPath}\`, line ${line}: ${sentence}`, {
    help: 'Correct the file and merge again; docs/configuration.md of Slipway explains each key.',
    annotation: {
      path: configurationPath,
      startLine: line,
      endLine: line,
      title: 'Slipway cannot use its configuration',
      message: sentence,
    },
    cause,
  });
}
