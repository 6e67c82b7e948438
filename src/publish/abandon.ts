import type { BuildEvent } from '../build-terms.ts';
import { identityLabels } from '../identity.ts';
import type { Publication } from './publish.ts';
import type { Tools } from './tools.ts';

/** Ends what still runs for a publication that ends without a version. Never rejects. */
export async function abandon(
  { builders }: Pick<Tools, 'builders'>,
  publication: Publication,
  onEvent: (event: BuildEvent) => void,
): Promise<void> {
  const { artifact, identity, buildId, sourceUrl } = publication;
  const labels = identityLabels({ identity, buildId, version: artifact.version, sourceUrl });
  await builders[artifact.service.type].abandon({ buildId, artifact, labels, onEvent });
}
