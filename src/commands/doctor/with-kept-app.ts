import { withAppFile } from '../../app-file.ts';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';

/** The environment with what the set-up page has kept. A file that cannot be read is the settings' check's to tell. */
export function withKeptApp(environment: Environment): Environment {
  try {
    return withAppFile(environment);
  } catch (error) {
    if (error instanceof SlipwayError) return environment;
    throw error;
  }
}
