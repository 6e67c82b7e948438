import { SlipwayError } from '../errors.ts';
import { asksForFiles } from './asks-for-files.ts';
import { matchesBranch } from './matches-branch.ts';
import { readConfiguration } from './read-configuration.ts';

/** Whether a plan by this text of slipway.yml will ask which files a pull request for the branch touches. */
export function textAsksForFiles(text: string | undefined, branch: string): boolean {
  try {
    const configuration = readConfiguration(text);
    return matchesBranch(configuration, branch) && asksForFiles(configuration);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return false;
  }
}
