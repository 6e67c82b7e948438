import { SlipwayError } from '../errors.ts';
import type { PullRecord, Standing } from '../store/store.ts';
import { authorMayWrite } from './author-may-write.ts';
import type { Pipeline } from './pipeline.ts';

type Claim = Standing['claims'][number];

/**
 * The first claim before a pull request's own that keeps it from its version: those of drafts, and of authors who may not
 * write to their repository, block nobody. GitHub is asked only where two claims meet.
 *
 * @throws {SlipwayError} when GitHub cannot be reached
 */
export async function blockingClaim(
  pipeline: Pick<Pipeline, 'store' | 'github'>,
  pull: Pick<PullRecord, 'repositoryId' | 'number'>,
  claims: readonly Claim[],
): Promise<Claim | undefined> {
  const own = claims.findIndex((one) => one.repositoryId === pull.repositoryId && one.number === pull.number);
  const earlier = own < 0 ? claims : claims.slice(0, own);
  for (const claim of earlier) {
    if (!claim.isDraft && (await blocks(pipeline, claim))) return claim;
  }
  return undefined;
}

async function blocks({ store, github }: Pick<Pipeline, 'store' | 'github'>, claim: Claim): Promise<boolean> {
  try {
    return await authorMayWrite({ store }, await github(claim.installationId), claim);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.transient) throw error;
    // Of a repository that is out of reach nobody knows: its claim stands.
    return true;
  }
}
