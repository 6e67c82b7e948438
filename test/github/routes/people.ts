import { notFound, ok, Refused } from '../http/answer.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import { paged } from '../http/paging.ts';
import type { RepositoryRecord } from '../records.ts';
import { renderUser } from '../render/people.ts';
import { renderRepository } from '../render/repository.ts';
import { userOf } from '../state.ts';

function loginOf(call: Call): string {
  if (call.caller?.kind !== 'person') throw new Error('the route asks for a person in `needs`');
  return call.caller.login;
}

/** Repositories of an installation that the person was let into: everybody may read a public one, and that does not list it. */
function readableRepositories(call: Call) {
  const { state } = call;
  const login = loginOf(call);
  const installation = state.installations.get(Number(param(call, 'installation_id')));
  if (installation === undefined || installation.removed) throw notFound();
  const there = [...state.repositories.values()].filter(
    (one) => installation.repositoryIds.has(one.id) && !one.removed,
  );
  const isIn = ({ owner, permissions }: RepositoryRecord) =>
    owner.login.toLowerCase() === login.toLowerCase() || (permissions.get(login.toLowerCase()) ?? 'none') !== 'none';
  const own = there.filter(isIn);
  if (installation.suspendedAt !== null) throw new Refused(403, 'This installation has been suspended');
  return paged(
    call,
    own,
    (one) => renderRepository(state, one),
    (repositories) => ({ total_count: own.length, repositories }),
  );
}

/** What a person's own token opens. */
export const peopleRoutes: Routes = {
  'GET /user': {
    needs: 'person',
    handle: (call) => {
      const user = userOf(call.state, loginOf(call));
      const at = '2026-01-05T09:00:00Z';
      return ok({
        ...renderUser(call.state, user),
        ...{ name: null, company: null, blog: '', location: null, email: null, hireable: null, bio: null },
        ...{ public_repos: 0, public_gists: 0, followers: 0, following: 0, created_at: at, updated_at: at },
      });
    },
  },
  'GET /user/installations/{installation_id}/repositories': { needs: 'person', handle: readableRepositories },
};
