import { randomBytes } from 'node:crypto';
import { type AwsStandIn, startAws } from '../aws/start-aws.ts';
import type { GitHubStandIn } from '../github/start-github.ts';
import { orders } from './orders.ts';
import { addressForContainers, packerImage } from './packer-image.ts';

export const region = 'eu-central-1';

/** A stand-in for AWS and the settings of a worker that uses it with real Packer. */
export async function startCloud(): Promise<{
  aws: AwsStandIn;
  environment: Record<string, string>;
  endpoint: string;
}> {
  const account = {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  };
  const [aws, address, image] = await Promise.all([startAws(account), addressForContainers(), packerImage()]);
  const endpoint = `http://${address}:${aws.port}`;
  const environment = {
    PACKER_IMAGE: image,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    AWS_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_POLL_DELAY_SECONDS: '1',
  };
  return { aws, environment, endpoint };
}

type Json = Record<string, unknown>;

/** A template as Debian's Packer takes it; newer ones take it too. */
export function template(given: { provisioners?: readonly Json[]; builder?: Json } = {}): string {
  const content = {
    variables: { service_name: '', version: '', build: '', ami_name: '', work: '.', endpoint: '' },
    builders: [
      {
        type: 'amazon-ebs',
        region,
        custom_endpoint_ec2: '{{user `endpoint`}}',
        skip_region_validation: true,
        source_ami: 'ami-0123456789abcdef0',
        instance_type: 't3.micro',
        communicator: 'none',
        ami_name: '{{user `ami_name`}}',
        run_tags: { 'slipway:build': '{{user `build`}}' },
        ...given.builder,
      },
    ],
    provisioners: given.provisioners ?? [],
    'post-processors': [{ type: 'manifest', output: '{{user `work`}}/packer-manifest.json' }],
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

export const shell = (...lines: string[]): Json => ({ type: 'shell-local', inline: lines });

/** A repository whose service is a machine image. */
export async function amiOrders(github: GitHubStandIn, endpoint: string, text: string, timeout = '30m') {
  const yml = `services: [{ type: ami, build: { timeout: ${timeout} }, packer: { template: packer.json, variables: { endpoint: "${endpoint}" }, regions: [${region}] } }]\n`;
  return await orders(github, { files: { '.github/slipway.yml': yml, 'packer.json': text } });
}
