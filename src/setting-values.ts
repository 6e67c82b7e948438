import { z } from 'zod';

/** What values of settings look like, with their units. */
export const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export const sizes = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** Milliseconds of `30s`, `30m`, `2h`, `180d`. */
export const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'expected a time such as `30s`, `30m`, `2h` or `180d`')
  .transform((text) => Number.parseInt(text, 10) * units[text.slice(-1) as keyof typeof units]);

/** Share, 0 to 1, of `85%`. */
export const percentage = z
  .string()
  .regex(/^[1-9]\d?%$/, 'expected a share from `1%` to `99%`')
  .transform((text) => Number.parseInt(text, 10) / 100);

/** Bytes of `512MiB`, `2GiB`. */
export const size = z
  .string()
  .regex(/^\d+(B|KiB|MiB|GiB)$/, 'expected a size such as `512KiB`, `4MiB` or `2GiB`')
  .transform((text) => Number.parseInt(text, 10) * sizes[text.replace(/^\d+/, '') as keyof typeof sizes]);

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `expected a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `expected a whole number from ${least} to ${most}`);

export const url = z.url({ protocol: /^https?$/, error: 'expected an http or https address' });

/** host[:port][/prefix]; the prefix is a repository path of the OCI Distribution Spec. */
export const registryAddress = z
  .string()
  .regex(
    /^[A-Za-z0-9.-]+(:\d{1,5})?(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/,
    'expected host[:port][/prefix] without a scheme, such as `registry.lan:5000`',
  );
