import { z } from 'zod';
import { payloadFields } from './payload-fields.ts';
import type { Delivery } from './take-delivery.ts';
import type { Intake } from './take-merge-in.ts';

const { id, name, commit, address } = payloadFields;
const schema = z.object({
  installation: z.object({ id }),
  repository: z.object({
    id,
    name,
    html_url: address,
    owner: z.object({ login: name }),
  }),
  merge_group: z.object({
    head_sha: commit,
    head_ref: z.string(),
  }),
});

/** GitHub names a group's branch after the pull request that it ends with: `refs/heads/gh-readonly-queue/develop/pr-7-1234abc`. */
const lastPull = /\/pr-(\d{1,9})-[0-9a-f]+$/;

/** Makes a durable job of a merge group that waits for its checks. */
export async function takeMergeGroupIn({ id, payload }: Delivery, { store, owners, log }: Intake): Promise<void> {
  const { data } = schema.safeParse(payload);
  if (data === undefined) {
    log.warn({ delivery: id }, 'nothing to do: the payload is not usable');
    return;
  }
  const { installation, repository, merge_group: group } = data;
  const owner = repository.owner.login;
  if (owners.isAllowed(owner) === 'no') {
    log.info({ delivery: id }, `nothing to do: ${owner} is not among the accounts that are served`);
    return;
  }
  const number = Number(lastPull.exec(group.head_ref)?.[1] ?? 0);
  await store.takeMergeGroup({
    installationId: installation.id,
    repositoryId: repository.id,
    owner,
    repo: repository.name,
    repositoryUrl: repository.html_url,
    headSha: group.head_sha,
    ...(number > 0 && { number }),
  });
  log.info({ delivery: id }, 'merge group taken in');
}
