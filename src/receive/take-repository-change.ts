import { z } from 'zod';
import { payloadFields } from './payload-fields.ts';
import type { Delivery } from './take-delivery.ts';
import type { Intake } from './take-merge-in.ts';

const { id, name, address } = payloadFields;
const repository = z.object({
  id,
  name,
  html_url: address,
  owner: z.object({ login: name }),
});
const moved = z.object({ repository });
const removed = z.object({ repositories_removed: z.array(z.object({ id })) });
const installation = z.object({ installation: z.object({ id }) });

const endings: Readonly<Record<string, string>> = {
  'installation.deleted': 'The App was uninstalled.',
  'installation.suspend': 'The App’s installation was suspended.',
  'installation_repositories.removed': 'The repository was taken out of the App’s installation.',
  'repository.deleted': 'The repository was deleted.',
};

/** A repository that is renamed, transferred, deleted, or no longer within the App's reach. Its id is what stays. */
export async function takeRepositoryChange({ id, name, payload }: Delivery, { store, log }: Intake): Promise<void> {
  const event = `${name}.${String(payload.action)}`;
  if (event === 'repository.renamed' || event === 'repository.transferred') {
    const { data } = moved.safeParse(payload);
    if (data === undefined) return unusable();
    const { owner, name: repo, html_url: url } = data.repository;
    await store.moveRepository(data.repository.id, { owner: owner.login, repo, url });
    log.info({ delivery: id, event, repository: `${owner.login}/${repo}` }, 'the repository goes on under this name');
    return;
  }
  const reason = endings[event];
  const gone = goneOf(name, payload);
  if (reason === undefined || gone === undefined) return unusable();
  const builds = await store.abandon(gone, reason);
  log.info({ delivery: id, event, builds }, `what waited has ended: ${reason}`);

  function unusable(): void {
    log.warn({ delivery: id, event }, 'nothing to do: the payload is not usable');
  }
}

function goneOf(name: string, payload: Delivery['payload']) {
  if (name === 'installation') {
    const { data } = installation.safeParse(payload);
    return data && { installationId: data.installation.id };
  }
  if (name === 'repository') {
    const { data } = moved.safeParse(payload);
    return data && { repositoryIds: [data.repository.id] };
  }
  const { data } = removed.safeParse(payload);
  return data && { repositoryIds: data.repositories_removed.map(({ id }) => id) };
}
