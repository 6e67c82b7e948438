import { rm, stat } from 'node:fs/promises';
import { SlipwayError } from '../errors.ts';
import { archiveError } from './archive-error.ts';
import { archiveTree } from './archive-tree.ts';
import { createSource } from './create-source.ts';
import { scanArchive } from './scan-archive.ts';
import type { Source, SourceLimits } from './source.ts';
import { tooLarge } from './too-large.ts';
import { unpackFile } from './unpack-file.ts';

/**
 * The source in an archive that `fetchSource` kept, after a restart. A damaged file is removed, so that the next try
 * fetches it again.
 *
 * @throws {SlipwayError} `source-truncated` (transient), `source-hostile`, `source-too-large`, `cancelled`
 */
export async function openArchive(options: {
  file: string;
  limits: SourceLimits;
  signal: AbortSignal;
}): Promise<Source> {
  const { file, limits, signal } = options;
  try {
    const { size } = await stat(file);
    if (size > limits.bytes) throw tooLarge('the archive', limits.bytes, size);
    const scan = scanArchive(limits);
    for await (const chunk of unpackFile(file, signal)) scan.push(chunk);
    return createSource(archiveTree(file, await scan.end()));
  } catch (error) {
    const seen = archiveError(error, signal, 'opening the kept archive');
    if (seen instanceof SlipwayError && seen.code === 'source-truncated') await rm(file, { force: true });
    throw seen;
  }
}
