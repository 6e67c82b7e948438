import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Action } from './action.ts';
import * as access from './actions/access.ts';
import * as images from './actions/images.ts';
import * as instances from './actions/instances.ts';
import { AwsError } from './aws-error.ts';
import { parameters } from './parameters.ts';
import { accountId, createRegion, type Region } from './state.ts';
import { type Account, verifySignature } from './verify-signature.ts';
import { toXml } from './xml.ts';

const apiVersion = '2016-11-15';

/** What an action is answered with instead of its own answer. */
export type Fault = { readonly action: string | RegExp; times: number; readonly code: string; readonly status: number };

export type AwsStandIn = {
  readonly port: number;
  readonly account: Account;
  /** What is there in a region. */
  region(name: string): Region;
  /** Names of the actions that were asked for, in order. */
  readonly actions: readonly string[];
  inject(fault: Fault): void;
  /** Leaves the next request for an action without an answer, until it is let go. */
  hold(action: string): () => void;
  /** Requests that real AWS would not have understood, or that this stand-in does not cover. */
  readonly violations: readonly string[];
  stop(): Promise<void>;
};

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * A strict stand-in for EC2's and STS's query protocol, for Packer's amazon-ebs builder and for Slipway. It recomputes each
 * signature, knows the parameters of the actions below and no others, and keeps instances, images, snapshots, key pairs
 * and security groups with their states.
 *
 * It does not cover: pagination, encryption, block device mappings, spot, user data, launch permissions, quotas, policies
 * (IAM), sessions (`AWS_SESSION_TOKEN`), the time that AWS takes, and its habit of forgetting fresh resources.
 */
export async function startAws(account: Account): Promise<AwsStandIn> {
  const regions = new Map<string, Region>();
  const region = (name: string): Region => {
    const found = regions.get(name) ?? createRegion(name);
    regions.set(name, found);
    return found;
  };
  const ec2: Readonly<Record<string, Action>> = {
    DescribeImages: images.describeImages,
    CreateImage: images.createImage,
    CopyImage: images.copyImage(region),
    DeregisterImage: images.deregisterImage,
    DescribeSnapshots: images.describeSnapshots,
    DeleteSnapshot: images.deleteSnapshot,
    CreateTags: images.createTags,
    RunInstances: instances.runInstances,
    DescribeInstances: instances.describeInstances,
    DescribeInstanceStatus: instances.describeInstanceStatus,
    StopInstances: instances.stopInstances,
    TerminateInstances: instances.terminateInstances,
    DescribeVolumes: instances.describeVolumes,
    DescribeVpcs: access.describeVpcs,
    DescribeSubnets: access.describeSubnets,
    DescribeRegions: access.describeRegions,
    CreateSecurityGroup: access.createSecurityGroup,
    AuthorizeSecurityGroupIngress: access.authorizeIngress,
    DescribeSecurityGroups: access.describeSecurityGroups,
    DeleteSecurityGroup: access.deleteSecurityGroup,
    CreateKeyPair: access.createKeyPair,
    DescribeKeyPairs: access.describeKeyPairs,
    DeleteKeyPair: access.deleteKeyPair,
  };
  const actions: string[] = [];
  const violations: string[] = [];
  const faults: Fault[] = [];
  const held = new Map<string, Promise<void>>();

  function answer(request: IncomingMessage, body: Buffer): string {
    const scope = verifySignature(request, body, account);
    const form = new Map(new URLSearchParams(body.toString('utf8')));
    const name = form.get('Action') ?? '';
    form.delete('Action');
    const version = form.get('Version');
    form.delete('Version');
    actions.push(name);
    const fault = faults.find(
      ({ action, times }) => times > 0 && (typeof action === 'string' ? action === name : action.test(name)),
    );
    if (fault !== undefined) {
      fault.times -= 1;
      throw new AwsError(fault.code, 'Injected by the test.', fault.status);
    }
    if (scope.service === 'sts') {
      if (name !== 'GetCallerIdentity') throw new AwsError('InvalidAction', `The action ${name} is not valid`);
      const identity = { Arn: `arn:aws:iam::${accountId}:user/slipway`, UserId: 'AIDAEXAMPLE', Account: accountId };
      return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${toXml(identity)}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
    }
    const action = ec2[name];
    if (action === undefined)
      throw new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`);
    if (version !== apiVersion) throw new AwsError('InvalidParameterValue', `The version ${version} is not known`);
    const asked = parameters(form);
    const value = action(asked, region(scope.region));
    const unread = asked.unread();
    if (unread.length > 0) throw new AwsError('UnknownParameter', `${name} has no parameter ${unread.join(', ')}`);
    return `<${name}Response xmlns="http://ec2.amazonaws.com/doc/${apiVersion}/">${toXml({ requestId: randomUUID() })}${toXml(value)}</${name}Response>`;
  }

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    response.setHeader('content-type', 'text/xml;charset=UTF-8');
    const asked = new URLSearchParams(body.toString('utf8')).get('Action') ?? '';
    const holding = held.get(asked);
    held.delete(asked);
    await holding;
    try {
      response.end(answer(request, body));
    } catch (error) {
      const known = error instanceof AwsError ? error : new AwsError('InternalError', String(error), 500);
      if (
        ['InvalidAction', 'UnknownParameter', 'MissingParameter', 'InvalidParameterValue'].includes(known.code) ||
        !(error instanceof AwsError)
      ) {
        violations.push(`${known.code}: ${known.message}`);
      }
      response.statusCode = known.status;
      const inner = toXml({ Code: known.code, Message: known.message });
      response.end(
        `<Response><Errors><Error>${inner}</Error></Errors><RequestID>${randomUUID()}</RequestID></Response>`,
      );
    }
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    account,
    region,
    actions,
    violations,
    inject: (fault) => void faults.push({ ...fault }),
    hold(action) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(action, promise);
      return resolve;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
