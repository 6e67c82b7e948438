import { type Action, checkTags, filtered, tagSet, tagsFor } from '../action.ts';
import { AwsError } from '../aws-error.ts';
import { accountId, type Image, newId, type Region, taken } from '../state.ts';
import type { Value } from '../xml.ts';

function checkName(region: Region, name: string): string {
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) {
    throw new AwsError(
      'InvalidAMIName.Malformed',
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers and ()[] ./-'@_",
    );
  }
  const twin = [...region.images.values()].find((image) => image.name === name && image.owner === accountId);
  if (twin !== undefined)
    throw new AwsError('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${twin.id}`);
  return name;
}

const shown = ({ id, name, owner, state, snapshot, tags }: Image): Value => ({
  imageId: id,
  imageLocation: `${owner}/${name}`,
  imageState: state,
  imageOwnerId: owner,
  isPublic: owner !== accountId,
  architecture: 'x86_64',
  imageType: 'machine',
  name,
  rootDeviceType: 'ebs',
  rootDeviceName: '/dev/xvda',
  enaSupport: true,
  blockDeviceMapping: [
    {
      deviceName: '/dev/xvda',
      ebs: { snapshotId: snapshot, volumeSize: 8, deleteOnTermination: true, volumeType: 'gp3', encrypted: false },
    },
  ],
  virtualizationType: 'hvm',
  hypervisor: 'xen',
  tagSet: tagSet(tags),
});

function addImage(region: Region, name: string, tags: { image: Image['tags']; snapshot: Image['tags'] }): Image {
  const snapshot = { id: newId('snap'), owner: accountId, tags: tags.snapshot };
  const image: Image = {
    id: newId('ami'),
    name,
    owner: accountId,
    state: 'pending',
    snapshot: snapshot.id,
    tags: tags.image,
  };
  region.snapshots.set(snapshot.id, snapshot);
  region.images.set(image.id, image);
  return image;
}

export const describeImages: Action = (asked, region) => {
  const ids = asked.list('ImageId');
  const owners = asked.list('Owner');
  for (const id of ids) taken(region.images, id, 'InvalidAMIID.NotFound');
  const found = filtered(asked, region.images.values(), {
    name: ({ name }) => name,
    state: ({ state }) => state,
    'image-id': ({ id }) => id,
  }).filter(
    ({ id, owner }) =>
      (ids.length === 0 || ids.includes(id)) &&
      (owners.length === 0 || owners.some((one) => (one === 'self' ? owner === accountId : one === owner))),
  );
  const answer = found.map(shown);
  // It is ready by the next look.
  for (const image of found) image.state = 'available';
  return { imagesSet: answer };
};

export const createImage: Action = (asked, region) => {
  const instance = taken(region.instances, asked.required('InstanceId'), 'InvalidInstanceID.NotFound');
  asked.groups('BlockDeviceMapping').map((one) => one.required('DeviceName'));
  const name = checkName(region, asked.required('Name'));
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw new AwsError('IncorrectState', `The instance '${instance.id}' is ${instance.state}`);
  }
  return {
    imageId: addImage(region, name, { image: tagsFor(asked, 'image'), snapshot: tagsFor(asked, 'snapshot') }).id,
  };
};

/** Copies from another region, which is given by the router. */
export const copyImage =
  (regionOf: (name: string) => Region): Action =>
  (asked, region) => {
    const from = regionOf(asked.required('SourceRegion'));
    const source = taken(from.images, asked.required('SourceImageId'), 'InvalidAMIID.NotFound');
    if (source.state !== 'available') throw new AwsError('InvalidRequest', `The image ${source.id} is ${source.state}`);
    asked.optional('Encrypted');
    asked.optional('ClientToken');
    asked.optional('Description');
    return { imageId: addImage(region, checkName(region, asked.required('Name')), { image: {}, snapshot: {} }).id };
  };

export const deregisterImage: Action = (asked, region) => {
  const image = taken(region.images, asked.required('ImageId'), 'InvalidAMIID.NotFound');
  if (image.owner !== accountId) throw new AwsError('AuthFailure', `Not authorized for images: [${image.id}]`, 403);
  region.images.delete(image.id);
  return { return: true };
};

export const describeSnapshots: Action = (asked, region) => {
  const ids = asked.list('SnapshotId');
  const owners = asked.list('Owner');
  for (const id of ids) taken(region.snapshots, id, 'InvalidSnapshot.NotFound');
  const found = filtered(asked, region.snapshots.values(), { 'snapshot-id': ({ id }) => id });
  return {
    snapshotSet: found
      .filter(
        ({ id, owner }) => (ids.length === 0 || ids.includes(id)) && (!owners.includes('self') || owner === accountId),
      )
      .map(({ id, owner, tags }) => ({
        snapshotId: id,
        ownerId: owner,
        status: 'completed',
        volumeSize: 8,
        tagSet: tagSet(tags),
      })),
  };
};

export const deleteSnapshot: Action = (asked, region) => {
  const snapshot = taken(region.snapshots, asked.required('SnapshotId'), 'InvalidSnapshot.NotFound');
  const user = [...region.images.values()].find((image) => image.snapshot === snapshot.id);
  if (user !== undefined)
    throw new AwsError('InvalidSnapshot.InUse', `The snapshot ${snapshot.id} is currently in use by ${user.id}`);
  region.snapshots.delete(snapshot.id);
  return { return: true };
};

export const createTags: Action = (asked, region) => {
  const ids = asked.list('ResourceId');
  if (ids.length === 0) throw new AwsError('MissingParameter', 'The request must contain the parameter resourceIdSet');
  const given = asked.groups('Tag').map((tag) => [tag.required('Key'), tag.optional('Value') ?? ''] as const);
  const all = [region.instances, region.images, region.snapshots, region.keys, region.groups];
  const things = ids.map((id) => {
    const thing = all.map((map) => map.get(id)).find((one) => one !== undefined);
    if (thing === undefined) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    return thing;
  });
  for (const { tags } of things) Object.assign(tags, checkTags({ ...tags, ...Object.fromEntries(given) }));
  return { return: true };
};
