import { z } from 'zod';
import type { PullRequest } from '../terms.ts';
import { payloadFields } from './payload-fields.ts';

const { id, number, name, text, commit, time, address } = payloadFields;

/** What of an event of a pull request is needed (GitHub, "Webhook events and payloads"). */
const schema = z.object({
  installation: z.object({ id }),
  repository: z.object({
    id,
    name,
    private: z.boolean(),
    html_url: address,
    size: z.int().nonnegative().catch(Number.MAX_SAFE_INTEGER),
    owner: z.object({ login: name }),
  }),
  pull_request: z.object({
    number,
    state: z.enum(['open', 'closed']),
    draft: z.boolean().default(false),
    title: text,
    updated_at: time,
    commits: number.optional().catch(undefined),
    head: z.object({ sha: commit }),
    base: z.object({ ref: name }),
    labels: z.array(z.object({ name: text })).default([]),
    user: z.object({ login: name }).nullish(),
  }),
});

/** The pull request in the payload of an event; the fields that are missing or wrong where it cannot be used. */
export function toPullRequest(
  payload: unknown,
): { readonly pull: PullRequest } | { readonly missing: readonly string[] } {
  const result = schema.safeParse(payload);
  if (!result.success) return { missing: result.error.issues.map(({ path }) => path.join('.')) };
  const { installation, repository, pull_request: pull } = result.data;
  return {
    pull: {
      installationId: installation.id,
      repositoryId: repository.id,
      owner: repository.owner.login,
      repo: repository.name,
      private: repository.private,
      repositoryUrl: repository.html_url,
      repositorySize: repository.size,
      number: pull.number,
      isOpen: pull.state === 'open',
      isDraft: pull.draft,
      headSha: pull.head.sha,
      baseRef: pull.base.ref,
      title: pull.title,
      labels: pull.labels.map(({ name }) => name),
      author: pull.user?.login ?? 'ghost',
      ...(pull.commits === undefined ? {} : { commits: pull.commits }),
      updatedAt: new Date(pull.updated_at),
    },
  };
}
