import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SlipwayError } from '../../errors.ts';
import { writePrivate } from './write-private.ts';

const schema = z.object({
  /** The one name that clients know it by; `REGISTRY` is this and the port. */
  host: z.string(),
  /** IP addresses that its certificate is for too. */
  addresses: z.array(z.string()),
  port: z.number(),
  user: z.string(),
  /** What it runs from, where it runs in a container. */
  image: z.string(),
  /** Absent until it first ran. */
  runsAs: z.enum(['container', 'process']).optional(),
  /** What starts a process after a reboot: a unit of systemd, known by its file, or a line of its user's crontab. */
  comesBackBy: z.union([z.object({ unit: z.string() }), z.literal('crontab')]).optional(),
  /** Fingerprint of the files and options that a process was started with. */
  startedWith: z.string().optional(),
  /** What the registry signs the state of uploads with: they go on after it was started anew. */
  secret: z.string(),
});

/** How a registry of ours is set up: what its data folder remembers. */
export type Description = z.infer<typeof schema>;

const name = 'registry.json';

/** @throws {SlipwayError} `bad-settings` when what is there cannot be understood */
export async function readDescription(folder: string): Promise<Description | undefined> {
  const file = path.join(folder, name);
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new SlipwayError('bad-settings', `${file}: expected the description of a registry, found something else.`, {
      help: 'Run the command as the user that made it; or give another folder with --data.',
      cause,
    });
  }
}

/** @throws {SlipwayError} `bad-settings` where no registry was set up */
export async function expectDescription(folder: string): Promise<Description> {
  const description = await readDescription(folder);
  if (description !== undefined) return description;
  throw new SlipwayError('bad-settings', `Expected a registry in ${folder}, found none.`, {
    help: '`slipway registry up` makes one; --data names its folder.',
  });
}

export async function keepDescription(folder: string, description: Description): Promise<void> {
  await writePrivate(path.join(folder, name), `${JSON.stringify(description, undefined, 2)}\n`);
}
