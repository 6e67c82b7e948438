import { type Action, filtered, tagSet, tagsFor } from '../action.ts';
import { AwsError } from '../aws-error.ts';
import { accountId, newId, taken } from '../state.ts';

const vpc = 'vpc-0123456789abcdef0';

export const describeVpcs: Action = (asked) => {
  asked.groups('Filter').map((one) => [one.required('Name'), one.list('Value')]);
  asked.list('VpcId');
  return { vpcSet: [{ vpcId: vpc, state: 'available', cidrBlock: '10.0.0.0/16', isDefault: true }] };
};

export const describeSubnets: Action = (asked) => {
  asked.groups('Filter').map((one) => [one.required('Name'), one.list('Value')]);
  asked.list('SubnetId');
  return {
    subnetSet: [{ subnetId: 'subnet-0123456789abcdef0', vpcId: vpc, state: 'available', availableIpAddressCount: 100 }],
  };
};

export const describeRegions: Action = (asked, region) => {
  asked.optional('AllRegions');
  asked.list('RegionName');
  return {
    regionInfo: [region.name, 'us-east-1'].map((regionName) => ({ regionName, optInStatus: 'opt-in-not-required' })),
  };
};

export const createSecurityGroup: Action = (asked, region) => {
  const name = asked.required('GroupName');
  const description = asked.required('GroupDescription');
  asked.optional('VpcId');
  if ([...region.groups.values()].some((group) => group.name === name)) {
    throw new AwsError('InvalidGroup.Duplicate', `The security group '${name}' already exists`);
  }
  const group = { id: newId('sg'), name, description, tags: tagsFor(asked, 'security-group') };
  region.groups.set(group.id, group);
  return { return: true, groupId: group.id };
};

export const authorizeIngress: Action = (asked, region) => {
  taken(region.groups, asked.required('GroupId'), 'InvalidGroup.NotFound');
  for (const one of asked.groups('IpPermissions')) {
    one.required('IpProtocol');
    for (const name of ['FromPort', 'ToPort']) one.optional(name);
    for (const range of one.groups('IpRanges')) range.required('CidrIp');
  }
  return { return: true };
};

export const describeSecurityGroups: Action = (asked, region) => {
  const ids = asked.list('GroupId');
  for (const id of ids) taken(region.groups, id, 'InvalidGroup.NotFound');
  const found = filtered(asked, region.groups.values(), {
    'group-id': ({ id }) => id,
    'group-name': ({ name }) => name,
  }).filter(({ id }) => ids.length === 0 || ids.includes(id));
  return {
    securityGroupInfo: found.map(({ id, name, description, tags }) => ({
      ownerId: accountId,
      groupId: id,
      groupName: name,
      groupDescription: description,
      vpcId: vpc,
      tagSet: tagSet(tags),
    })),
  };
};

export const deleteSecurityGroup: Action = (asked, region) => {
  const group = taken(region.groups, asked.required('GroupId'), 'InvalidGroup.NotFound');
  const user = [...region.instances.values()].find(
    ({ groups, state }) => groups.includes(group.id) && state !== 'terminated',
  );
  if (user !== undefined) throw new AwsError('DependencyViolation', `resource ${group.id} has a dependent object`);
  region.groups.delete(group.id);
  return { return: true };
};

export const createKeyPair: Action = (asked, region) => {
  const name = asked.required('KeyName');
  if ([...region.keys.values()].some((key) => key.name === name)) {
    throw new AwsError('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`);
  }
  const key = { id: newId('key'), name, tags: tagsFor(asked, 'key-pair') };
  region.keys.set(key.id, key);
  return { keyPairId: key.id, keyName: name, keyFingerprint: '00:00', keyMaterial: 'none: nothing logs in here' };
};

export const describeKeyPairs: Action = (asked, region) => {
  const found = filtered(asked, region.keys.values(), { 'key-name': ({ name }) => name });
  return { keySet: found.map(({ id, name, tags }) => ({ keyPairId: id, keyName: name, tagSet: tagSet(tags) })) };
};

export const deleteKeyPair: Action = (asked, region) => {
  const name = asked.optional('KeyName');
  const id = asked.optional('KeyPairId');
  if (name === undefined && id === undefined) throw new AwsError('MissingParameter', 'Expected KeyName or KeyPairId');
  for (const key of region.keys.values()) if (key.name === name || key.id === id) region.keys.delete(key.id);
  return { return: true };
};
