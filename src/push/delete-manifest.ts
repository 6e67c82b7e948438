import { SlipwayError } from '../errors.ts';
import type { Request } from './create-requester.ts';
import { isUnsupported } from './response-error.ts';

/**
 * Takes a manifest, and with it **every** tag of this digest, out of a repository. True also when it was gone already;
 * false where the registry does not delete.
 */
export async function deleteManifest(
  request: Request,
  repository: string,
  digest: string,
  signal: AbortSignal,
): Promise<boolean> {
  // A tag here would be another operation of the spec, and one that few registries have.
  if (!digest.includes(':')) {
    throw new SlipwayError('bad-usage', `Expected the digest of a manifest to delete, found \`${digest}\`.`);
  }
  const answer = await request({
    method: 'DELETE',
    path: `/v2/${repository}/manifests/${digest}`,
    scopes: [`repository:${repository}:pull,delete`],
    doing: `deleting ${digest} from ${repository}`,
    signal,
  });
  if (answer.status === 200 || answer.status === 202 || answer.status === 404) {
    await answer.sum();
    return true;
  }
  if (isUnsupported(await answer.sum())) return false;
  throw await answer.fail();
}
