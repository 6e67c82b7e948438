import path from 'node:path';
import { SlipwayError } from '../../errors.ts';
import type { Service } from '../../terms.ts';
import type { BuildSource } from '../artifact-type.ts';
import type { ImageSource } from './image-builder.ts';

/**
 * The build context of a service and its Dockerfile.
 *
 * @throws {SlipwayError} `dockerfile-missing`
 */
export async function readImageSource(source: BuildSource, service: Service): Promise<ImageSource> {
  const dockerfilePath = path.posix.join(service.path, service.dockerfile);
  const kind = await source.kind(dockerfilePath);
  const dockerfileText = kind === 'folder' ? undefined : await source.read(dockerfilePath);
  if (dockerfileText === undefined) {
    const found = kind === undefined ? 'nothing' : `a ${kind}`;
    throw new SlipwayError('dockerfile-missing', `Expected a Dockerfile at \`${dockerfilePath}\`, found ${found}.`, {
      help: 'Add one, or name another in `.github/slipway.yml` under `services[].dockerfile`.',
    });
  }
  return {
    dockerfileText,
    dockerfilePath,
    smallContext: (signal) => source.smallContext({ path: service.path, dockerfile: service.dockerfile, signal }),
    context: (signal) => source.context({ path: service.path, dockerfile: service.dockerfile, signal }),
  };
}
