import { posix } from 'node:path';
import { SlipwayError } from '../../errors.ts';
import type { Service } from '../../terms.ts';
import type { BuildSource } from '../artifact-type.ts';
import { packerOf } from './ami-deps.ts';

/**
 * Where a service's template stands in the repository, and its text; undefined for a folder.
 *
 * @throws {SlipwayError} `template-missing`
 */
export async function readTemplate(
  source: Pick<BuildSource, 'kind' | 'read'>,
  service: Service,
): Promise<{ readonly path: string; readonly text: string | undefined }> {
  const path = posix.join(service.path, packerOf(service).template);
  const kind = await source.kind(path);
  if (kind === 'folder') return { path, text: undefined };
  const text = kind === undefined ? undefined : await source.read(path);
  if (text !== undefined) return { path, text };
  throw new SlipwayError('template-missing', `Expected a Packer template at \`${path}\`, found nothing.`, {
    help: 'Add one, or name another in `.github/slipway.yml` under `services[].packer.template`.',
  });
}
