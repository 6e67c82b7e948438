import type { EC2Client, Filter, Image, Tag } from '@aws-sdk/client-ec2';
import { SlipwayError } from '../../errors.ts';
import type { Environment } from '../../settings.ts';
import { explainAwsError } from './explain-aws-error.ts';

export type AwsCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** A machine image of the account. */
export type Ami = {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly snapshots: readonly string[];
  /** Bytes of its volumes. */
  readonly size: number;
};

/** Something that Packer made and did not take away again. */
export type Remnant = { readonly kind: 'instance' | 'key pair' | 'security group' | 'snapshot'; readonly id: string };

/** An account of AWS, as far as machine images need it. Rejects with `aws-unavailable`, `aws-refused`, `cancelled`. */
export type Aws = {
  /** Where nothing else is said; undefined where the worker has none. */
  readonly region: string | undefined;
  credentials(): Promise<AwsCredentials>;
  /** Number of the account, and who asks. */
  caller(signal: AbortSignal): Promise<{ readonly account: string; readonly arn: string }>;
  images(region: string, filters: readonly Filter[], signal: AbortSignal): Promise<readonly Ami[]>;
  tag(region: string, ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>;
  /** What one of these filters finds, by the kind of thing that each is for. */
  remnants(region: string, filters: Readonly<Record<Remnant['kind'], Filter>>): Promise<readonly Remnant[]>;
};

const gib = 2 ** 30;

const tagsOf = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

function toAmi({ ImageId: id = '', Name: name = '', ...image }: Image): Ami {
  const disks = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => (Ebs === undefined ? [] : [Ebs]));
  return {
    id,
    name,
    state: image.State ?? '',
    tags: tagsOf(image.Tags),
    snapshots: disks.flatMap(({ SnapshotId }) => (SnapshotId === undefined ? [] : [SnapshotId])),
    size: disks.reduce((sum, { VolumeSize = 0 }) => sum + VolumeSize * gib, 0),
  };
}

/**
 * The account that the worker's credentials open: `AWS_ACCESS_KEY_ID` and its kin, `AWS_PROFILE`, or the role of the
 * machine. The SDK is loaded at the first question, since it takes 130 MB of memory.
 */
export function openAws(environment: Environment): Aws {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_PROFILE: profile } = environment;
  const { AWS_SESSION_TOKEN: sessionToken } = environment;
  const given = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined;
  const endpointOf = (service: string) =>
    environment[`AWS_ENDPOINT_URL_${service}`] || environment.AWS_ENDPOINT_URL || undefined;
  const common = (service: string, wanted: string) => {
    const endpoint = endpointOf(service);
    return {
      region: wanted,
      maxAttempts: 5,
      // The SDK waits for ever by default.
      requestHandler: { requestTimeout: 30_000, connectionTimeout: 5000, throwOnRequestTimeout: true },
      ...(endpoint && { endpoint }),
      ...(given ? { credentials: { ...given, ...(sessionToken && { sessionToken }) } } : profile ? { profile } : {}),
    };
  };
  const clients = new Map<string, EC2Client>();
  const ec2 = async (wanted: string) => {
    const sdk = await import('@aws-sdk/client-ec2');
    const client = clients.get(wanted) ?? new sdk.EC2Client(common('EC2', wanted));
    clients.set(wanted, client);
    return { sdk, client };
  };
  const asking = async <T>(doing: string, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw explainAwsError(error, doing);
    }
  };
  return {
    region,
    async credentials() {
      const { client } = await ec2(region ?? 'us-east-1');
      const found = await asking('looking for credentials', () => client.config.credentials());
      const { accessKeyId: id, secretAccessKey: secret, sessionToken: token } = found;
      return { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) };
    },
    caller: (signal) =>
      asking('asking who we are', async () => {
        const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
        const client = new STSClient(common('STS', region ?? 'us-east-1'));
        const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
        if (Account === '') throw new SlipwayError('aws-refused', 'AWS named no account.');
        return { account: Account, arn: Arn };
      }),
    images: (wanted, filters, signal) =>
      asking(`looking for images in ${wanted}`, async () => {
        const { sdk, client } = await ec2(wanted);
        const found: Image[] = [];
        const pages = sdk.paginateDescribeImages(
          { client },
          { Owners: ['self'], Filters: [...filters] },
          { abortSignal: signal },
        );
        for await (const { Images } of pages) found.push(...(Images ?? []));
        return found.map(toAmi);
      }),
    tag: (wanted, ids, tags) =>
      asking(`tagging the image in ${wanted}`, async () => {
        const { sdk, client } = await ec2(wanted);
        const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
        await client.send(new sdk.CreateTagsCommand({ Resources: [...ids], Tags }));
      }),
    remnants: (wanted, filters) =>
      asking(`looking for left-overs in ${wanted}`, async () => {
        const { sdk, client } = await ec2(wanted);
        const alive = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] };
        const [instances, keys, groups, snapshots] = await Promise.all([
          client.send(new sdk.DescribeInstancesCommand({ Filters: [filters.instance, alive] })),
          client.send(new sdk.DescribeKeyPairsCommand({ Filters: [filters['key pair']] })),
          client.send(new sdk.DescribeSecurityGroupsCommand({ Filters: [filters['security group']] })),
          client.send(new sdk.DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: [filters.snapshot] })),
        ]);
        const named = (kind: Remnant['kind'], ids: readonly (string | undefined)[]): Remnant[] =>
          ids.flatMap((id) => (id === undefined ? [] : [{ kind, id }]));
        return [
          ...named(
            'instance',
            (instances.Reservations ?? [])
              .flatMap(({ Instances }) => Instances ?? [])
              .map(({ InstanceId }) => InstanceId),
          ),
          ...named(
            'key pair',
            (keys.KeyPairs ?? []).map(({ KeyPairId }) => KeyPairId),
          ),
          ...named(
            'security group',
            (groups.SecurityGroups ?? []).map(({ GroupId }) => GroupId),
          ),
          ...named(
            'snapshot',
            (snapshots.Snapshots ?? []).map(({ SnapshotId }) => SnapshotId),
          ),
        ];
      }),
  };
}
