import type { RepositoryRecord } from '../records.ts';
import { fullName } from '../render/repository.ts';
import { notFound, Refused } from './answer.ts';
import { type Call, type Need, param, type RepositoryHandler, type Route } from './call.ts';

const levels = ['read', 'write', 'admin'];

const notAccessible = () => new Refused(403, 'Resource not accessible by integration');

function isGranted(permissions: Readonly<Record<string, string>>, asked: string): boolean {
  const [name = '', level = ''] = asked.split(':');
  return levels.indexOf(permissions[name] ?? '') >= levels.indexOf(level);
}

/** Lets a call through, or refuses it as GitHub does. */
export function authorize(call: Call, needs: Need): void {
  if (needs === 'open') return;
  const { caller } = call;
  if (caller === undefined) throw new Refused(401, 'Requires authentication');
  if (needs === 'app') {
    if (caller.kind !== 'app') throw new Refused(401, 'A JSON web token could not be decoded', {}, true);
    return;
  }
  if (needs === 'person') {
    if (caller.kind !== 'person') throw notAccessible();
    return;
  }
  if (caller.kind !== 'installation') throw new Refused(401, 'Bad credentials', {}, true);
  if (needs === 'installation') return;
  if (!needs.some((asked) => isGranted(caller.token.permissions, asked))) throw notAccessible();
}

/** The repository of that name, or of that name once: then GitHub sends the caller on to its address by id. */
function findRepository(call: Call): RepositoryRecord {
  const owner = param(call, 'owner').toLowerCase();
  const name = param(call, 'repo').toLowerCase();
  const there = [...call.state.repositories.values()].filter(
    (one) => !one.removed && one.owner.login.toLowerCase() === owner,
  );
  const found = there.find((one) => one.name.toLowerCase() === name);
  if (found !== undefined) return found;
  const renamed = there.find((one) => one.formerNames.includes(name));
  if (renamed === undefined) throw notFound();
  const rest = call.url.pathname.split('/repos/')[1]?.split('/').slice(2) ?? [];
  const url = [`${call.state.apiUrl}/repositories/${renamed.id}`, ...rest].join('/') + call.url.search;
  const get = call.operation.method === 'GET';
  const refused = new Refused(get ? 301 : 307, get ? 'Moved Permanently' : 'Temporary Redirect', { url });
  Object.assign(refused.answer, { headers: { Location: url } });
  throw refused;
}

/** A repository that an installation may not see is answered as though it were not there. */
function checkAccess(call: Call, repository: RepositoryRecord): void {
  if (call.caller?.kind !== 'installation') return;
  const { installation, repositoryIds } = call.caller.token;
  const covered = installation.repositoryIds.has(repository.id) && repositoryIds?.has(repository.id) !== false;
  if (covered) return;
  if (repository.private) throw notFound();
  if (call.operation.method !== 'GET') throw notAccessible();
}

/** A route of one repository. */
export function inRepository(needs: Need, handle: RepositoryHandler): Route {
  return {
    needs,
    handle: (call) => {
      const repository = findRepository(call);
      checkAccess(call, repository);
      return handle(call, repository);
    },
  };
}

/** The repository behind `/repositories/{id}`, written as its name. */
export function namePath(path: string, repositories: ReadonlyMap<number, RepositoryRecord>): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = id === undefined ? undefined : repositories.get(Number(id));
  return repository === undefined ? path : `/repos/${fullName(repository)}${rest}`;
}
