import semver from 'semver';
import { type Check, fails, ok } from './check.ts';

/** @param range what package.json asks for */
export const checkNode = (version: string, range: string): Check => ({
  name: 'Node.js',
  async run() {
    if (semver.satisfies(version, range)) return ok(version);
    return fails(
      `${version}, expected ${range}`,
      'Install Node.js 24, or start Slipway by its npm scripts, which bring it.',
    );
  },
});
