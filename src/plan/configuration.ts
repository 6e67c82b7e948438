import picomatch from 'picomatch';
import { z } from 'zod';

/** Where a repository says how it is published. */
export const configurationPath = '.github/slipway.yml';

const units = { s: 1000, m: 60_000, h: 3_600_000 } as const;
const day = 24 * units.h;

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `expected ${values.map((value) => `\`${value}\``).join(' or ')}` });

/**
 * A glob of base branches. The letters are few and the wildcards at most three, because picomatch makes a backtracking
 * expression of them: with three, a branch name of 255 characters takes milliseconds at worst.
 */
const branch = z
  .string({ error: 'expected a branch or a glob such as `release/*`' })
  .regex(
    /^[\p{L}\p{N}_./@#{},*?[\]-]{1,255}$/u,
    'expected a branch or a glob of 1 to 255 letters, digits and `_./@#-*?[]{,}`',
  )
  .refine((glob) => (glob.match(/\*+|\{/g) ?? []).length <= 3, 'expected at most three of `*`, `**` and `{` in a glob')
  .refine((glob) => compiles(glob), 'expected a glob that can be read');

function compiles(glob: string): boolean {
  try {
    picomatch.makeRe(glob, { noextglob: true });
    return true;
  } catch {
    return false;
  }
}

/** Control, format (right-to-left marks) and separators; a backslash is a separator on other machines and none here. */
const hostile = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\]/u;

const relative = (what: string) =>
  z
    .string({ error: `expected ${what}` })
    .min(1, `expected ${what}`)
    .max(1024, `expected ${what} of at most 1024 characters`)
    .refine((path) => !hostile.test(path), `expected ${what} without backslash, control and right-to-left characters`)
    .refine((path) => !path.startsWith('/') && !/^[A-Za-z]:/.test(path), `expected ${what}, relative and not absolute`)
    .refine((path) => !path.split('/').includes('..'), `expected ${what} that does not lead out with \`..\``)
    .transform(
      (path) =>
        path
          .split('/')
          .filter((part) => part !== '' && part !== '.')
          .join('/') || '.',
    );

/** A glob of files (`compileGlob`). Letters that mean something in other globs are refused, not taken as they stand. */
const watched = z
  .string({ error: 'expected a glob such as `src/**`' })
  .max(255, 'expected a glob of at most 255 characters')
  .refine((glob) => /^!?\/?[^/]/.test(glob), 'expected a glob such as `src/**`')
  .refine((glob) => !hostile.test(glob), 'expected a glob without backslash, control and right-to-left characters')
  .refine((glob) => !/[[\]{}]/.test(glob), 'expected a glob of `*`, `?` and `**`; write one glob for each alternative')
  .refine((glob) => !glob.split(/[/!]/).includes('..'), 'expected a glob that does not lead out with `..`');

const timeout = z
  .string({ error: 'expected a time such as `20m`' })
  .regex(/^\d{1,6}(s|m|h)$/, 'expected a time such as `90s`, `20m` or `2h`')
  .transform((text) => Number.parseInt(text, 10) * units[text.slice(-1) as keyof typeof units])
  .refine((milliseconds) => milliseconds > 0 && milliseconds <= day, 'expected a time from `1s` to `24h`');

const build = z.strictObject(
  {
    target: z
      .string({ error: 'expected the name of a stage of the Dockerfile' })
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'expected the name of a stage of the Dockerfile')
      .optional(),
    args: z
      .record(
        z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, 'expected the name of a build argument such as `NODE_ENV`'),
        z.string({ error: 'expected a text' }).max(4096, 'expected at most 4096 characters'),
        { error: 'expected build arguments: a map of names and texts' },
      )
      .refine((args) => Object.keys(args).length <= 100, 'expected at most 100 build arguments')
      .default({}),
    timeout: timeout.optional(),
  },
  { error: 'expected a map of `target`, `args` and `timeout`' },
);

/** Slipway's own variables; `work` is the folder that a template may write to. */
const ownVariables: ReadonlySet<string> = new Set(['service_name', 'version', 'commit', 'build', 'ami_name', 'work']);

const packer = z.strictObject(
  {
    /** A file or a folder of `*.pkr.hcl`, relative to the service's `path`. */
    template: relative('the path of a Packer template, relative to the service’s `path`').default('packer.pkr.hcl'),
    variables: z
      .record(
        z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/, 'expected the name of a variable such as `instance_type`')
          .refine((name) => !ownVariables.has(name), 'expected another name: Slipway sets this variable itself')
          .refine(
            (name) => !/^aws_?(access|secret|session|security)/i.test(name),
            'expected no credentials here: Packer has those of the worker',
          ),
        z.string({ error: 'expected a text' }).max(4096, 'expected at most 4096 characters'),
        { error: 'expected variables: a map of names and texts' },
      )
      .refine((variables) => Object.keys(variables).length <= 100, 'expected at most 100 variables')
      .default({}),
    /** Names of the template's builds to run. Default: all. */
    only: z
      .array(
        z
          .string({ error: 'expected the name of a build such as `amazon-ebs.orders`' })
          .regex(/^[A-Za-z0-9_.*?-]{1,128}$/, 'expected the name of a build such as `amazon-ebs.orders`'),
        { error: 'expected a list of builds of the template' },
      )
      .max(20, 'expected at most 20 builds')
      .default([]),
    /** Regions to look in and to show, the first one first. Default: the worker's AWS_REGION. */
    regions: z
      .array(
        z
          .string({ error: 'expected a region such as `eu-central-1`' })
          .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'expected a region such as `eu-central-1`'),
        { error: 'expected a list of regions' },
      )
      .max(40, 'expected at most 40 regions')
      .default([]),
  },
  { error: 'expected a map of `template`, `variables`, `only` and `regions`' },
);

const service = z.strictObject(
  {
    /** Folder with package.json, and the build context. Default: the repository's root. */
    path: relative('a folder of the repository').default('.'),
    /** Default: package.json's `service_name`, else its `name` without the scope. */
    name: z.string({ error: 'expected a service name' }).optional(),
    /** Relative to `path`. */
    dockerfile: relative('the path of a file, relative to the service’s `path`').default('Dockerfile'),
    type: oneOf(['docker', 'ami']).default('docker'),
    build: build.default({ args: {} }),
    /**
     * Built only if the pull request touches one of these: globs below `path`, below the repository's root where they begin
     * with `/`, taken out again where they begin with `!`.
     */
    watch: z
      .array(watched, { error: 'expected a list of globs such as `[src/**]`' })
      .max(50, 'expected at most 50 globs')
      .refine((globs) => globs.some((glob) => !glob.startsWith('!')), 'expected at least one glob without `!`')
      .default(['**']),
    packer: packer.optional(),
  },
  { error: 'expected a service: a map with a `path`' },
);

/** `.github/slipway.yml`: each key with its unit and default. */
export const configurationSchema = z.strictObject(
  {
    branches: z
      .array(branch, { error: 'expected a list of branches such as `[develop]`' })
      .min(1, 'expected at least one branch')
      .max(20, 'expected at most 20 branches')
      .default(['develop']),
    version: z
      .strictObject(
        { missing: oneOf(['fail', 'skip']).default('fail') },
        { error: 'expected a map such as `{ missing: fail }`' },
      )
      .default({ missing: 'fail' }),
    /** Default: one service, the repository's root. */
    services: z
      .array(service, { error: 'expected a list of services' })
      .min(1, 'expected at least one service')
      .max(100, 'expected at most 100 services')
      .refine(
        (services) => services.reduce((sum, { watch }) => sum + watch.length, 0) <= 300,
        'expected at most 300 globs in `watch` of all services together',
      )
      .default([{ path: '.', dockerfile: 'Dockerfile', type: 'docker', build: { args: {} }, watch: ['**'] }]),
    /** Aliases that a release moves, forward only. */
    tags: z
      .array(oneOf(['major', 'major.minor', 'latest']), { error: 'expected a list such as `[major, latest]`' })
      .max(3, 'expected each of `major`, `major.minor` and `latest` once')
      .refine((tags) => new Set(tags).size === tags.length, 'expected each of `major`, `major.minor` and `latest` once')
      .default([]),
  },
  { error: 'expected a map of `branches`, `version`, `services` and `tags`' },
);

/** How a repository wants to be published. Times are milliseconds. */
export type Configuration = z.infer<typeof configurationSchema>;
