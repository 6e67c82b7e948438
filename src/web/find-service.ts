import type { KnownService } from '../store/store.ts';
import type { Site } from './site.ts';

const namePattern = /^[\w.-]{1,100}$/;
const servicePattern = /^[a-z0-9][a-z0-9._/-]{0,254}$/;

/** The service of this name, or without a name the only one, of a repository. Nothing is asked of the store for what can be none. */
export async function findService(
  { store }: Pick<Site, 'store'>,
  { owner, repo, service }: { readonly owner: string; readonly repo: string; readonly service?: string | undefined },
): Promise<KnownService | undefined> {
  if (!namePattern.test(owner) || !namePattern.test(repo)) return undefined;
  if (service !== undefined && !servicePattern.test(service)) return undefined;
  const all = await store.servicesOf(owner, repo);
  if (service !== undefined) return all.find(({ name }) => name === service);
  return all.length === 1 ? all[0] : undefined;
}
