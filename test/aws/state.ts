import { randomBytes } from 'node:crypto';
import { AwsError } from './aws-error.ts';

export type Tags = Record<string, string>;
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

export type Instance = {
  readonly id: string;
  readonly image: string;
  readonly type: string;
  readonly key: string | undefined;
  readonly groups: readonly string[];
  state: InstanceState;
  readonly tags: Tags;
};
export type Image = {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  state: 'pending' | 'available';
  readonly snapshot: string;
  readonly tags: Tags;
};
export type Snapshot = { readonly id: string; readonly owner: string; readonly tags: Tags };
export type KeyPair = { readonly id: string; readonly name: string; readonly tags: Tags };
export type Group = { readonly id: string; readonly name: string; readonly description: string; readonly tags: Tags };

/** What an account has in one region. */
export type Region = {
  readonly name: string;
  readonly instances: Map<string, Instance>;
  readonly images: Map<string, Image>;
  readonly snapshots: Map<string, Snapshot>;
  readonly keys: Map<string, KeyPair>;
  readonly groups: Map<string, Group>;
};

export const accountId = '123456789012';
/** An image of somebody else's, to begin from. */
const sourceImage = 'ami-0123456789abcdef0';

export const newId = (kind: string): string => `${kind}-0${randomBytes(8).toString('hex')}`;

export function createRegion(name: string): Region {
  const snapshot: Snapshot = { id: 'snap-0123456789abcdef0', owner: '099720109477', tags: {} };
  const image: Image = {
    id: sourceImage,
    name: 'debian-12',
    owner: '099720109477',
    state: 'available',
    snapshot: snapshot.id,
    tags: {},
  };
  return {
    name,
    instances: new Map(),
    images: new Map([[image.id, image]]),
    snapshots: new Map([[snapshot.id, snapshot]]),
    keys: new Map(),
    groups: new Map(),
  };
}

/** Something by its id. */
export function taken<T>(map: ReadonlyMap<string, T>, id: string, code: string): T {
  const found = map.get(id);
  if (found === undefined) throw new AwsError(code, `The ID '${id}' does not exist`);
  return found;
}
