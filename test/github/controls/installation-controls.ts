import type { Delivery, Installation, Permissions } from '../records.ts';
import type { State } from '../state.ts';
import { emit } from '../webhooks/emit.ts';
import { installationPayload } from '../webhooks/payloads.ts';

/** What the owner of an account does with the App, each with its `installation` event. */
export type InstallationControls = {
  uninstall(owner: string): Promise<Delivery | undefined>;
  suspend(owner: string): Promise<Delivery | undefined>;
  unsuspend(owner: string): Promise<Delivery | undefined>;
  setPermissions(owner: string, permissions: Permissions): Promise<Delivery | undefined>;
};

export function createInstallationControls(state: State): InstallationControls {
  const change = (owner: string, action: string, apply: (installation: Installation) => void) => {
    const installation = [...state.installations.values()].find(
      (one) => !one.removed && one.account.login.toLowerCase() === owner.toLowerCase(),
    );
    if (installation === undefined) throw new Error(`the App is not installed on ${owner}`);
    apply(installation);
    const repositories = [...state.repositories.values()].filter((one) => installation.repositoryIds.has(one.id));
    const build = () => installationPayload(state, installation, action, installation.account, repositories);
    return emit(state, 'installation', build, installation);
  };
  return {
    uninstall: (owner) =>
      change(owner, 'deleted', (installation) => {
        installation.removed = true;
      }),
    suspend: (owner) =>
      change(owner, 'suspend', (installation) => {
        installation.suspendedAt = new Date();
      }),
    unsuspend: (owner) =>
      change(owner, 'unsuspend', (installation) => {
        installation.suspendedAt = null;
      }),
    setPermissions: (owner, permissions) =>
      change(owner, 'new_permissions_accepted', (installation) => {
        installation.permissions = permissions;
      }),
  };
}
