import { z } from 'zod';
import { duration, percentage, registryAddress, size, sizes, units, url, wholeNumber } from './setting-values.ts';

const leastKept = 8 * units.d;

/**
 * Every setting of the server: name in the environment, unit and default stand at its key.
 * docs/configuration.md is the same list for people.
 */
export const schema = z.object({
  APP_ID: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: z
    .string()
    .refine((value) => value !== 'development', 'expected a secret of your own, found the well-known `development`'),
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  GHE_HOST: z.string().optional(),
  GHE_PROTOCOL: z.enum(['http', 'https']).default('https'),
  ALLOWED_OWNERS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((owner) => owner !== ''))
    .optional(),
  WEBHOOK_PROXY_URL: url.optional(),
  HOST: z.string().default('0.0.0.0'),
  PORT: wholeNumber(0, 65535).default(3000),
  PUBLIC_URL: url.optional(),
  REGISTRY: registryAddress,
  REGISTRY_USERNAME: z.string().optional(),
  REGISTRY_PASSWORD: z.string().optional(),
  REGISTRY_PASSWORD_FILE: z.string().optional(),
  REGISTRY_CA_FILE: z.string().optional(),
  DOCKER_HOST: z.string().optional(),
  DOCKER_TLS_VERIFY: z.string().optional(),
  DOCKER_CERT_PATH: z.string().optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected an address that begins with `postgres://`')
    .optional(),
  DATA_DIR: z.string().default('./data'),
  BUILD_CONCURRENCY: wholeNumber(1, 64).default(2),
  BUILD_TIMEOUT: duration.default(30 * units.m),
  SOURCE_LIMIT: size.default(2 * sizes.GiB),
  LOG_LIMIT: size.default(4 * sizes.MiB),
  // The sweep looks 7 days back: a merge that is forgotten before would be taken in again.
  BUILD_KEEP: duration
    .refine((ms) => ms >= leastKept, 'expected at least `8d`, since merges of the last 7 days are looked for')
    .default(180 * units.d),
  DISK_HIGH: percentage.default(0.85),
  PACKER_IMAGE: z.string().optional(),
  PACKER_MEMORY: size.default(sizes.GiB),
  SHUTDOWN_GRACE: duration.default(25 * units.s),
  METRICS_TOKEN: z.string().optional(),
  VISIBILITY: z.enum(['repository', 'private']).default('repository'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
});

/** Keys that belong together, for commands that need no others. */
export const registryKeys = {
  REGISTRY: true,
  REGISTRY_USERNAME: true,
  REGISTRY_PASSWORD: true,
  REGISTRY_PASSWORD_FILE: true,
  REGISTRY_CA_FILE: true,
} as const;

export const appKeys = { APP_ID: true, WEBHOOK_SECRET: true } as const;
export const storeKeys = { DATABASE_URL: true, DATA_DIR: true, DISK_HIGH: true } as const;
export const packerKeys = { PACKER_IMAGE: true, PACKER_MEMORY: true } as const;
