import { type Answer, ok, Refused } from '../http/answer.ts';
import { inRepository } from '../http/authorize.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import type { RepositoryRecord } from '../records.ts';
import { renderUser } from '../render/people.ts';
import { renderFullRepository } from '../render/repository.ts';
import { permissionOf } from '../state.ts';

/** The four levels that GitHub had before there were roles; `role_name` says the role itself. */
const legacy = { admin: 'admin', maintain: 'write', write: 'write', triage: 'read', read: 'read', none: 'none' };

function getPermission(call: Call, repository: RepositoryRecord): Answer {
  const login = param(call, 'username');
  const user = call.state.users.get(login.toLowerCase());
  if (user === undefined) throw new Refused(404, `${login} is not a user`);
  const role = permissionOf(repository, login);
  const permission = legacy[role];
  const push = permission === 'write' || permission === 'admin';
  return ok({
    permission,
    role_name: role,
    user: {
      ...renderUser(call.state, user),
      role_name: role,
      permissions: {
        admin: role === 'admin',
        maintain: role === 'maintain' || role === 'admin',
        push,
        triage: push || role === 'triage',
        pull: role !== 'none',
      },
    },
  });
}

export const repositoryRoutes: Routes = {
  'GET /repos/{owner}/{repo}': inRepository(['metadata:read'], (call, repository) =>
    ok(renderFullRepository(call.state, repository)),
  ),
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': inRepository(['metadata:read'], getPermission),
};
