import { z } from 'zod';
import type { NewMerge } from '../store/store.ts';
import { payloadFields } from './payload-fields.ts';

const { id, number, name, text, commit, time, address } = payloadFields;

/** What of `pull_request.closed` is needed (GitHub, "Webhook events and payloads"). */
const schema = z.object({
  installation: z.object({ id }),
  repository: z.object({
    id,
    name,
    private: z.boolean(),
    html_url: address,
    owner: z.object({ login: name }),
  }),
  pull_request: z.object({
    number,
    title: text,
    merged_at: time,
    merge_commit_sha: commit,
    head: z.object({ sha: commit }),
    base: z.object({ ref: name }),
    labels: z.array(z.object({ name: text })).default([]),
    // Null when the account is gone; GitHub itself then shows `ghost`.
    user: z.object({ login: name }).nullish(),
  }),
});

export type ReadMerge =
  | { readonly merge: NewMerge }
  /** The fields that are missing or wrong: `installation`, `pull_request.base`. */
  | { readonly missing: readonly string[] };

/** The merge in the payload of a `pull_request.closed` event. */
export function toNewMerge(payload: unknown, deliveryId: string): ReadMerge {
  const result = schema.safeParse(payload);
  if (!result.success) return { missing: result.error.issues.map(({ path }) => path.join('.')) };
  const { installation, repository, pull_request: pull } = result.data;
  return {
    merge: {
      installationId: installation.id,
      repositoryId: repository.id,
      owner: repository.owner.login,
      repo: repository.name,
      private: repository.private,
      number: pull.number,
      mergeCommit: pull.merge_commit_sha,
      headSha: pull.head.sha,
      baseRef: pull.base.ref,
      title: pull.title,
      labels: pull.labels.map(({ name }) => name),
      author: pull.user?.login ?? 'ghost',
      repositoryUrl: repository.html_url,
      mergedAt: new Date(pull.merged_at),
      deliveryId,
    },
  };
}
