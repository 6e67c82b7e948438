import path from 'node:path';
import type { z } from 'zod';
import { type Environment, present, readFileOf } from './environment.ts';
import { SlipwayError } from './errors.ts';
import { appKeys, packerKeys, registryKeys, schema, storeKeys } from './setting-schema.ts';

export type { Environment } from './environment.ts';

/** What a process of the server does: take deliveries in and serve pages, plan and build, or both. */
export type Role = 'web' | 'worker' | 'all';

/** The settings of the registry: what `slipway publish` needs of them. */
export type RegistrySettings = {
  readonly address: string;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly ca: string | undefined;
};

/** How machine images are built: the image that Packer is in, undefined where there is none, and its memory in bytes. */
export type PackerSettings = { readonly image: string | undefined; readonly memory: number };

/** How log lines are written: one JSON object a line, or words for a person. */
export type LogFormat = 'json' | 'pretty';

export type Settings = {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** `https://api.github.com`, or GitHub Enterprise Server's `https://host/api/v3`. */
  readonly githubApi: string;
  /** `https://github.com`, or GitHub Enterprise Server's own address. */
  readonly githubWeb: string;
  /** Undefined: nobody can sign in to the pages. */
  readonly oauth: { readonly clientId: string; readonly clientSecret: string } | undefined;
  readonly allowedOwners: readonly string[] | undefined;
  readonly webhookProxyUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Undefined: made from the port that was bound. */
  readonly publicUrl: string | undefined;
  readonly registry: RegistrySettings;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly buildConcurrency: number;
  /** Milliseconds. */
  readonly buildTimeout: number;
  /** Bytes. */
  readonly sourceLimit: number;
  /** Bytes. */
  readonly logLimit: number;
  /** Milliseconds for which what a build left in the store is kept after its end. */
  readonly buildKeep: number;
  /** Share of a disk, 0 to 1, above which room is made. */
  readonly diskHigh: number;
  /** Milliseconds. */
  readonly shutdownGrace: number;
  /** What `/metrics` asks for; undefined: nothing. */
  readonly metricsToken: string | undefined;
  readonly visibility: 'repository' | 'private';
  readonly logLevel: string;
  /** Undefined: by where it goes. */
  readonly logFormat: LogFormat | undefined;
};

function check<T extends z.ZodType>(part: T, environment: Record<string, string>): z.infer<T> {
  const result = part.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const key = String(issue.path[0]);
    return key in environment ? `${key}: ${issue.message}` : `${key}: is not set`;
  });
  throw new SlipwayError('bad-settings', `The settings cannot be used:\n  ${problems.join('\n  ')}`, {
    help: 'Set them in the environment or in .env; docs/configuration.md explains each.',
  });
}

type RegistryValues = Pick<z.infer<typeof schema>, keyof typeof registryKeys>;

function credentialsOf(values: Omit<RegistryValues, 'REGISTRY'>): RegistrySettings['credentials'] {
  const password =
    values.REGISTRY_PASSWORD ??
    (values.REGISTRY_PASSWORD_FILE === undefined
      ? undefined
      : readFileOf('REGISTRY_PASSWORD_FILE', values.REGISTRY_PASSWORD_FILE));
  if ((values.REGISTRY_USERNAME === undefined) !== (password === undefined)) {
    throw new SlipwayError(
      'bad-settings',
      'REGISTRY_USERNAME and REGISTRY_PASSWORD (or REGISTRY_PASSWORD_FILE) belong together: expected both or neither, found one.',
    );
  }
  return values.REGISTRY_USERNAME === undefined || password === undefined
    ? undefined
    : { username: values.REGISTRY_USERNAME, password };
}

function registryOf(values: RegistryValues): RegistrySettings {
  return {
    address: values.REGISTRY,
    credentials: credentialsOf(values),
    ca: values.REGISTRY_CA_FILE === undefined ? undefined : readFileOf('REGISTRY_CA_FILE', values.REGISTRY_CA_FILE),
  };
}

function privateKeyOf(values: z.infer<typeof schema>): string {
  const given =
    values.PRIVATE_KEY ??
    (values.PRIVATE_KEY_PATH === undefined ? undefined : readFileOf('PRIVATE_KEY_PATH', values.PRIVATE_KEY_PATH));
  if (given === undefined) {
    throw new SlipwayError('bad-settings', 'PRIVATE_KEY or PRIVATE_KEY_PATH: expected one of them, found neither.');
  }
  // A PEM in one line, or in base64, as hosting panels keep it.
  const text = given.includes('-----BEGIN') ? given : Buffer.from(given, 'base64').toString('utf8');
  if (!text.includes('-----BEGIN')) {
    throw new SlipwayError('bad-settings', 'PRIVATE_KEY: expected a PEM (or one in base64), found something else.');
  }
  return text.replaceAll('\\n', '\n');
}

function oauthOf(values: z.infer<typeof schema>): Settings['oauth'] {
  const { GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret } = values;
  if ((clientId === undefined) !== (clientSecret === undefined)) {
    throw new SlipwayError(
      'bad-settings',
      'GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET belong together: expected both or neither, found one.',
    );
  }
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
}

/** Where the server listens, and what it and GitHub call one another. */
type DoorSettings = Pick<
  Settings,
  'githubApi' | 'githubWeb' | 'webhookProxyUrl' | 'host' | 'port' | 'publicUrl' | 'dataDir' | 'logLevel' | 'logFormat'
>;

function doorOf(values: Omit<z.infer<typeof schema>, keyof typeof appKeys>): DoorSettings {
  const { GHE_HOST: host, GHE_PROTOCOL: protocol } = values;
  return {
    githubApi: host === undefined ? 'https://api.github.com' : `${protocol}://${host}/api/v3`,
    githubWeb: host === undefined ? 'https://github.com' : `${protocol}://${host}`,
    webhookProxyUrl: values.WEBHOOK_PROXY_URL,
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL?.replace(/\/+$/, ''),
    dataDir: path.resolve(values.DATA_DIR),
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT,
  };
}

/**
 * Settings of the server.
 *
 * @throws {SlipwayError} `bad-settings`, which names every key that is wrong, what was expected and what was found.
 */
export function readSettings(environment: Environment): Settings {
  const values = check(schema, present(environment));
  return {
    appId: values.APP_ID,
    privateKey: privateKeyOf(values),
    webhookSecret: values.WEBHOOK_SECRET,
    ...doorOf(values),
    oauth: oauthOf(values),
    allowedOwners: values.ALLOWED_OWNERS,
    registry: registryOf(values),
    databaseUrl: values.DATABASE_URL,
    buildConcurrency: values.BUILD_CONCURRENCY,
    buildTimeout: values.BUILD_TIMEOUT,
    sourceLimit: values.SOURCE_LIMIT,
    logLimit: values.LOG_LIMIT,
    buildKeep: values.BUILD_KEEP,
    diskHigh: values.DISK_HIGH,
    shutdownGrace: values.SHUTDOWN_GRACE,
    metricsToken: values.METRICS_TOKEN,
    visibility: values.VISIBILITY,
  };
}

/**
 * What the set-up page needs, which stands where there is no GitHub App yet. Everything else is checked too: who has made
 * an App must not learn then that the registry was forgotten.
 *
 * @throws {SlipwayError} `bad-settings`
 */
export function readSetUpSettings(environment: Environment): DoorSettings {
  const values = check(schema.omit(appKeys), present(environment));
  registryOf(values);
  return doorOf(values);
}

/**
 * The registry's settings alone, for commands that need no GitHub App.
 *
 * @throws {SlipwayError} `bad-settings`
 */
export function readRegistrySettings(environment: Environment): RegistrySettings {
  return registryOf(check(schema.pick(registryKeys), present(environment)));
}

/**
 * The registry's settings for commands that may do without one; undefined where `REGISTRY` is not set.
 *
 * @throws {SlipwayError} `bad-settings`
 */
export function readRegistryIfSet(environment: Environment): RegistrySettings | undefined {
  return present(environment).REGISTRY === undefined ? undefined : readRegistrySettings(environment);
}

/**
 * The registry's credentials alone, for commands that know its address otherwise.
 *
 * @throws {SlipwayError} `bad-settings`
 */
export function readRegistryCredentials(environment: Environment): RegistrySettings['credentials'] {
  return credentialsOf(check(schema.pick(registryKeys).omit({ REGISTRY: true }), present(environment)));
}

/**
 * Where the store is and how full its disk may be, for commands that need nothing else.
 *
 * @throws {SlipwayError} `bad-settings`
 */
export function readStoreSettings(environment: Environment): Pick<Settings, 'databaseUrl' | 'dataDir' | 'diskHigh'> {
  const values = check(schema.pick(storeKeys), present(environment));
  return { databaseUrl: values.DATABASE_URL, dataDir: path.resolve(values.DATA_DIR), diskHigh: values.DISK_HIGH };
}

/**
 * Packer's settings alone, which every publication reads.
 *
 * @throws {SlipwayError} `bad-settings`
 */
export function readPackerSettings(environment: Environment): PackerSettings {
  const values = check(schema.pick(packerKeys), present(environment));
  return { image: values.PACKER_IMAGE, memory: values.PACKER_MEMORY };
}
