import type { Environment } from '../../settings.ts';
import type { PackerOptions } from '../../terms.ts';
import type { AwsCredentials } from './open-aws.ts';

/** Where a template may write; a variable tells it. */
export const workFolder = '/work';
/** The manifest post-processor's own name for its file. */
export const manifestPath = `${workFolder}/packer-manifest.json`;

/** Variables of the old form of templates, which knows no environment for them. */
const isLegacy = (template: string): boolean => template.endsWith('.json') && !template.endsWith('.pkr.json');

/** Handed on where the worker has them: none is a secret. */
const handedOn = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_EC2',
  'AWS_ENDPOINT_URL_STS',
  'AWS_MAX_ATTEMPTS',
  'AWS_POLL_DELAY_SECONDS',
  'AWS_TIMEOUT_SECONDS',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
] as const;

/** The command line of a run of Packer on a template, and the environment of its container. */
export function packerCommand(options: {
  readonly verb: 'build' | 'validate';
  readonly packer: PackerOptions;
  /** Slipway's own variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly region: string;
  /** Undefined: it gets none. */
  readonly credentials: AwsCredentials | undefined;
  /** The worker's. */
  readonly environment: Environment;
}): { readonly command: readonly [string, ...string[]]; readonly environment: Readonly<Record<string, string>> } {
  const { verb, packer, variables, region, credentials } = options;
  const { template, only } = packer;
  // A template of HCL refuses a variable on the command line that it does not declare, and need not declare all of ours.
  const ours = isLegacy(template) ? Object.entries(variables) : [];
  const given = [...ours, ...Object.entries(packer.variables)].flatMap(([name, value]) => ['-var', `${name}=${value}`]);
  const passed = handedOn.flatMap((name) => {
    const value = options.environment[name];
    return value ? [[name, value] as const] : [];
  });
  return {
    command: [
      'packer',
      verb,
      '-machine-readable',
      ...(only.length > 0 ? [`-only=${only.join(',')}`] : []),
      ...given,
      template,
    ],
    environment: {
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`PKR_VAR_${name}`, value])),
      ...Object.fromEntries(passed),
      HOME: workFolder,
      PACKER_CACHE_DIR: `${workFolder}/cache`,
      CHECKPOINT_DISABLE: '1',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      ...(credentials && keysOf(credentials)),
    },
  };
}

const keysOf = ({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
});
