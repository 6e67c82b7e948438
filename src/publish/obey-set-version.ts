import { SlipwayError } from '../errors.ts';
import { parseVersion } from '../plan/parse-version.ts';
import { addLabel } from '../report/add-label.ts';
import type { Act, PullRecord } from '../store/store.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * The open pull request whose plan has this button.
 *
 * @throws {SlipwayError} transient, while the check may be one that has just been sent
 */
export async function pullOfButton(
  { store }: Pick<Pipeline, 'store'>,
  repositoryId: number,
  checkRunId: number,
): Promise<PullRecord | undefined> {
  const isBeingShown = await store.isPlanBeingShown(repositoryId);
  const commit = await store.planCheckOf(checkRunId);
  if (commit === undefined && isBeingShown) {
    throw new SlipwayError('store-failed', 'GitHub has not told the id of a check yet.', { transient: true });
  }
  const [pull, ...more] = commit === undefined ? [] : await store.pullsOfHead(commit.repositoryId, commit.headSha);
  return more.length > 0 ? undefined : pull;
}

/**
 * Puts the label of the version on that the pressed button showed. The label's own event makes the plan anew.
 *
 * @returns why nothing is done; undefined where it is
 * @throws {SlipwayError} when GitHub cannot be reached
 */
export async function obeySetVersion(
  { github }: Pick<Pipeline, 'github'>,
  { installationId, owner, repo }: Act,
  pull: PullRecord,
  version: string,
): Promise<string | undefined> {
  const plan = pull.read?.plan;
  const unversioned = pull.isRead && plan?.kind === 'refused' ? plan.unversioned : undefined;
  if (unversioned === undefined) return 'the plan lacks no version any more';
  if (parseVersion(version)?.kind !== 'version') return 'the button names no version';
  const [only] = unversioned.services;
  const label = unversioned.isNamed && only ? `version:${only.name}:${version}` : `version:${version}`;
  await addLabel(await github(installationId), { owner, repo, number: pull.number, label });
  return undefined;
}
