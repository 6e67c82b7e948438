import type { Environment } from '../../environment.ts';
import { readPackerSettings } from '../../settings.ts';

/**
 * How machine images would be built; undefined where nothing says with which Packer. Settings that cannot be read are
 * another check's.
 */
export function packerIfSet(environment: Environment): { readonly image: string; readonly memory: number } | undefined {
  try {
    const { image, memory } = readPackerSettings(environment);
    return image === undefined ? undefined : { image, memory };
  } catch {
    return undefined;
  }
}
