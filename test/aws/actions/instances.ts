import { type Action, filtered, tagSet, tagsFor } from '../action.ts';
import { AwsError } from '../aws-error.ts';
import { accountId, type Instance, type InstanceState, newId, type Region, taken } from '../state.ts';
import type { Value } from '../xml.ts';

const codes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};
/** What a state becomes by itself. */
const next: Partial<Readonly<Record<InstanceState, InstanceState>>> = {
  pending: 'running',
  stopping: 'stopped',
  'shutting-down': 'terminated',
};

const stateOf = (state: InstanceState): Value => ({ code: codes[state], name: state });

const shown = (region: Region, instance: Instance): Value => ({
  instanceId: instance.id,
  imageId: instance.image,
  instanceState: stateOf(instance.state),
  privateDnsName: '',
  dnsName: '',
  keyName: instance.key,
  instanceType: instance.type,
  placement: { availabilityZone: `${region.name}a`, tenancy: 'default' },
  subnetId: 'subnet-0123456789abcdef0',
  vpcId: 'vpc-0123456789abcdef0',
  privateIpAddress: '10.0.0.10',
  ipAddress: '127.0.0.1',
  groupSet: instance.groups.map((id) => ({ groupId: id, groupName: region.groups.get(id)?.name ?? 'default' })),
  architecture: 'x86_64',
  rootDeviceType: 'ebs',
  rootDeviceName: '/dev/xvda',
  blockDeviceMapping: [
    {
      deviceName: '/dev/xvda',
      ebs: { volumeId: 'vol-0123456789abcdef0', status: 'attached', deleteOnTermination: true },
    },
  ],
  virtualizationType: 'hvm',
  tagSet: tagSet(instance.tags),
  sourceDestCheck: true,
});

export const runInstances: Action = (asked, region) => {
  const image = taken(region.images, asked.required('ImageId'), 'InvalidAMIID.NotFound');
  if (asked.required('MinCount') !== '1' || asked.required('MaxCount') !== '1') {
    throw new AwsError('InvalidParameterValue', 'This stand-in starts one instance at a time');
  }
  const type = asked.required('InstanceType');
  if (!/^[a-z][a-z0-9-]*\.[a-z0-9]+$/.test(type))
    throw new AwsError('InvalidParameterValue', `Invalid value '${type}' for InstanceType.`);
  const key = asked.optional('KeyName');
  if (key !== undefined && ![...region.keys.values()].some(({ name }) => name === key)) {
    throw new AwsError('InvalidKeyPair.NotFound', `The key pair '${key}' does not exist`);
  }
  const networks = asked.groups('NetworkInterface');
  const groups = [...asked.list('SecurityGroupId'), ...networks.flatMap((one) => one.list('SecurityGroupId'))];
  for (const one of networks)
    for (const name of ['DeviceIndex', 'SubnetId', 'AssociatePublicIpAddress', 'DeleteOnTermination'])
      one.optional(name);
  for (const id of groups) taken(region.groups, id, 'InvalidGroup.NotFound');
  for (const name of [
    'EbsOptimized',
    'UserData',
    'SubnetId',
    'InstanceInitiatedShutdownBehavior',
    'ClientToken',
    'IamInstanceProfile.Name',
  ])
    asked.optional(name);
  for (const name of ['AvailabilityZone', 'Tenancy']) asked.optional(`Placement.${name}`);
  const instance: Instance = {
    id: newId('i'),
    image: image.id,
    type,
    key,
    groups,
    state: 'pending',
    tags: tagsFor(asked, 'instance'),
  };
  region.instances.set(instance.id, instance);
  return { reservationId: newId('r'), ownerId: accountId, instancesSet: [shown(region, instance)] };
};

export const describeInstances: Action = (asked, region) => {
  const ids = asked.list('InstanceId');
  for (const id of ids) taken(region.instances, id, 'InvalidInstanceID.NotFound');
  const found = filtered(asked, region.instances.values(), {
    'instance-id': ({ id }) => id,
    'instance-state-name': ({ state }) => state,
  }).filter(({ id }) => ids.length === 0 || ids.includes(id));
  const answer = found.map((one) => ({
    reservationId: newId('r'),
    ownerId: accountId,
    instancesSet: [shown(region, one)],
  }));
  for (const one of found) one.state = next[one.state] ?? one.state;
  return { reservationSet: answer };
};

export const describeInstanceStatus: Action = (asked, region) => {
  const found = asked.list('InstanceId').map((id) => taken(region.instances, id, 'InvalidInstanceID.NotFound'));
  const passed = { status: 'ok', details: [{ name: 'reachability', status: 'passed' }] };
  return {
    instanceStatusSet: found.map((one) => ({
      instanceId: one.id,
      availabilityZone: `${region.name}a`,
      instanceState: stateOf(one.state),
      systemStatus: passed,
      instanceStatus: passed,
    })),
  };
};

const change =
  (from: readonly InstanceState[], to: InstanceState): Action =>
  (asked, region) => {
    const ids = asked.list('InstanceId');
    if (ids.length === 0) throw new AwsError('MissingParameter', 'The request must contain the parameter InstanceId');
    const instances = ids.map((id) => taken(region.instances, id, 'InvalidInstanceID.NotFound'));
    const wrong = instances.find(({ state }) => !from.includes(state));
    if (wrong !== undefined)
      throw new AwsError('IncorrectInstanceState', `The instance '${wrong.id}' is ${wrong.state}`);
    return {
      instancesSet: instances.map((one) => {
        const previous = one.state;
        one.state = to;
        return { instanceId: one.id, previousState: stateOf(previous), currentState: stateOf(to) };
      }),
    };
  };

export const stopInstances: Action = (asked, region) => {
  asked.optional('Force');
  return change(['pending', 'running', 'stopping', 'stopped'], 'stopping')(asked, region);
};
export const terminateInstances: Action = change(
  ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'],
  'shutting-down',
);

export const describeVolumes: Action = (asked) => {
  asked.groups('Filter').map((one) => [one.required('Name'), one.list('Value')]);
  asked.list('VolumeId');
  return { volumeSet: [] };
};
