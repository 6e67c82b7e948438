import semver from 'semver';
import type { Outcome } from '../build-terms.ts';
import type { Conflict } from './store.ts';

/** The next patch, or the next number of the same pre-release, that nobody has. */
function nextFree(version: string, taken: ReadonlySet<string>): string | undefined {
  const release = semver.prerelease(version) === null ? 'patch' : 'prerelease';
  let next = semver.inc(version, release);
  while (next !== null && taken.has(next)) next = semver.inc(next, release);
  // semver counts on behind the highest number that it reads.
  return semver.valid(next) ?? undefined;
}

/**
 * What is told about an artifact that could not be reserved.
 *
 * @param taken the versions of the service that are published or reserved
 */
export function refusedOutcome(conflict: Conflict, taken: ReadonlySet<string>): Outcome {
  const { service, version } = conflict.artifact;
  const told = { verdict: 'refused', phase: 'plan', notes: [], steps: [] } as const;
  if (conflict.kind === 'service') {
    const { owner, repo } = conflict.owner;
    return {
      ...told,
      reason: `The service ${service.name} belongs to ${owner}/${repo}.`,
      help: 'Choose another `service_name` in package.json, or ask whoever runs Slipway for `slipway service transfer`.',
    };
  }
  const { owner, repo, number, mergeCommit, published } = conflict.owner;
  const free = nextFree(version, taken);
  return {
    ...told,
    reason: `${service.name}:${version} is ${published ? 'already published' : 'reserved'} by ${owner}/${repo}#${number} (commit ${mergeCommit.slice(0, 7)}).`,
    help: `Choose another version${free === undefined ? '' : `, for example ${free}, the next free one`}.`,
  };
}
