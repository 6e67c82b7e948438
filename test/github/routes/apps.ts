import { randomBytes } from 'node:crypto';
import { appPrivateKey } from '../create-state.ts';
import { notFound, ok, Refused } from '../http/answer.ts';
import { inRepository } from '../http/authorize.ts';
import { type Call, installationOfCaller, param, type Routes } from '../http/call.ts';
import { paged } from '../http/paging.ts';
import { renderRateLimit } from '../http/rate-limit.ts';
import type { Installation, Permissions, RepositoryRecord, Token } from '../records.ts';
import { renderApp, renderInstallation } from '../render/people.ts';
import { renderRepository } from '../render/repository.ts';
import { timestamp } from '../render/text.ts';
import { installationOf } from '../state.ts';

const installationsOf = (call: Call): Installation[] =>
  [...call.state.installations.values()].filter((one) => !one.removed);

function findInstallation(call: Call): Installation {
  const found = call.state.installations.get(Number(param(call, 'installation_id')));
  if (found === undefined || found.removed) throw notFound();
  return found;
}

function installationOfAccount(call: Call, login: string, type: 'Organization' | 'User'): Installation {
  const found = installationsOf(call).find(
    ({ account }) => account.login.toLowerCase() === login.toLowerCase() && account.type === type,
  );
  if (found === undefined) throw notFound();
  return found;
}

const repositoriesOf = (call: Call, ids: ReadonlySet<number>): RepositoryRecord[] =>
  [...call.state.repositories.values()].filter((one) => ids.has(one.id) && !one.removed);

/** The permissions that a token gets: those of the installation, or fewer. */
function grantedOf(installation: Installation, asked: Permissions | undefined): Permissions {
  const levels = ['read', 'write', 'admin'];
  const tooMuch = Object.entries(asked ?? {}).filter(
    ([name, level]) => levels.indexOf(level) > levels.indexOf(installation.permissions[name] ?? ''),
  );
  if (tooMuch.length > 0) {
    throw new Refused(422, 'The permissions requested are not granted to this installation.', { errors: [] });
  }
  return asked ?? installation.permissions;
}

/** The repositories that a token is for, or undefined for all of the installation's. */
function chosenOf(call: Call, installation: Installation): ReadonlySet<number> | undefined {
  const { repositories, repository_ids: ids } = call.body as { repositories?: string[]; repository_ids?: number[] };
  if (repositories === undefined && ids === undefined) return undefined;
  const there = repositoriesOf(call, installation.repositoryIds);
  const chosen = there.filter((one) => ids?.includes(one.id) || repositories?.includes(one.name));
  if (chosen.length < (ids?.length ?? 0) + (repositories?.length ?? 0)) {
    const message =
      'There is at least one repository that does not exist or is not accessible to the parent installation.';
    throw new Refused(422, message, { errors: [] });
  }
  return new Set(chosen.map((one) => one.id));
}

function createToken(call: Call) {
  const { state } = call;
  const installation = findInstallation(call);
  if (installation.suspendedAt !== null) throw new Refused(403, 'This installation has been suspended');
  const token: Token = {
    installation,
    permissions: grantedOf(installation, call.body.permissions as Permissions | undefined),
    repositoryIds: chosenOf(call, installation),
    expiresAt: Date.now() + state.settings.tokenLifetime,
  };
  const text = `ghs_${randomBytes(18).toString('hex')}`;
  state.tokens.set(text, token);
  const chosen = token.repositoryIds;
  return {
    status: 201,
    json: {
      token: text,
      expires_at: timestamp(new Date(token.expiresAt)),
      permissions: token.permissions,
      repository_selection: 'selected',
      ...(chosen === undefined
        ? {}
        : { repositories: repositoriesOf(call, chosen).map((one) => renderRepository(state, one)) }),
    },
  };
}

/** GitHub tells the credentials once, within an hour. */
function convertManifest(call: Call) {
  const { state } = call;
  const code = param(call, 'code');
  const end = state.manifestCodes.get(code) ?? 0;
  state.manifestCodes.delete(code);
  if (end < Date.now()) throw notFound();
  return {
    status: 201,
    json: {
      ...renderApp(state),
      client_secret: randomBytes(20).toString('hex'),
      webhook_secret: state.hook.secret,
      pem: appPrivateKey(),
    },
  };
}

export const appRoutes: Routes = {
  'POST /app-manifests/{code}/conversions': { needs: 'open', handle: convertManifest },
  'GET /app': {
    needs: 'app',
    handle: (call) => ok({ ...renderApp(call.state), installations_count: installationsOf(call).length }),
  },
  'GET /app/installations': {
    needs: 'app',
    handle: (call) => paged(call, installationsOf(call), (one) => renderInstallation(call.state, one)),
  },
  'GET /app/installations/{installation_id}': {
    needs: 'app',
    handle: (call) => ok(renderInstallation(call.state, findInstallation(call))),
  },
  'POST /app/installations/{installation_id}/access_tokens': { needs: 'app', handle: createToken },
  'GET /repos/{owner}/{repo}/installation': inRepository('app', (call, repository) => {
    const installation = installationOf(call.state, repository);
    if (installation === undefined) throw notFound();
    return ok(renderInstallation(call.state, installation));
  }),
  'GET /orgs/{org}/installation': {
    needs: 'app',
    handle: (call) =>
      ok(renderInstallation(call.state, installationOfAccount(call, param(call, 'org'), 'Organization'))),
  },
  'GET /users/{username}/installation': {
    needs: 'app',
    handle: (call) => ok(renderInstallation(call.state, installationOfAccount(call, param(call, 'username'), 'User'))),
  },
  'GET /installation/repositories': {
    needs: 'installation',
    handle: (call) => {
      const ids = call.caller?.kind === 'installation' ? call.caller.token.repositoryIds : undefined;
      const list = repositoriesOf(call, ids ?? installationOfCaller(call).repositoryIds);
      return paged(
        call,
        list,
        (one) => renderRepository(call.state, one),
        (repositories) => ({ total_count: list.length, repository_selection: 'selected', repositories }),
      );
    },
  },
  'GET /rate_limit': { needs: 'open', handle: (call) => ok(renderRateLimit(call.state)) },
  'GET /meta': {
    needs: 'open',
    handle: () => ok({ verifiable_password_authentication: false, hooks: ['127.0.0.1/32'] }),
  },
};
