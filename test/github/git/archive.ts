import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import type { RepositoryRecord } from '../records.ts';
import { resolveCommit } from './read-repository.ts';
import { runGit } from './run-git.ts';

/** The one folder that everything in an archive stands in. */
export const archiveFolder = (repository: RepositoryRecord, commit: string): string =>
  `${repository.owner.login}-${repository.name}-${commit.slice(0, 7)}`;

/** Arguments for git that write an archive as GitHub's. */
export const archiveArguments = (repository: RepositoryRecord, commit: string): readonly string[] => [
  'archive',
  '--format=tar.gz',
  `--prefix=${archiveFolder(repository, commit)}/`,
  commit,
];

/** Where an archive stands that was made before anybody asked for it. */
export const archiveFile = (repository: RepositoryRecord, commit: string): string =>
  path.join(repository.gitDir, `archive-${commit}.tar.gz`);

/** Makes an archive now, for whoever measures what comes after. */
export async function makeArchive(repository: RepositoryRecord, ref: string): Promise<void> {
  const commit = (await resolveCommit(repository.gitDir, ref)) ?? assert.fail(`no commit ${ref}`);
  const file = archiveFile(repository, commit);
  const [verb = '', ...rest] = archiveArguments(repository, commit);
  await runGit(repository.gitDir, [verb, `--output=${file}.part`, ...rest]);
  await rename(`${file}.part`, file);
}
