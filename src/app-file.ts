import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { type Environment, inLayers } from './environment.ts';
import { SlipwayError } from './errors.ts';

/** The keys of the GitHub App; where none of them is set, there is no App yet. */
export const appKeys = [
  'APP_ID',
  'PRIVATE_KEY',
  'PRIVATE_KEY_PATH',
  'WEBHOOK_SECRET',
  'GITHUB_CLIENT_ID',
  'GITHUB_CLIENT_SECRET',
] as const;

type AppKey = (typeof appKeys)[number];

const fileIn = (dataDir: string) => path.join(dataDir, 'app.env');

/**
 * The environment with what the set-up page has kept in `DATA_DIR/app.env`. Whatever else sets a key wins over that.
 *
 * @throws {SlipwayError} `bad-settings` when there is such a file that cannot be read
 */
export function withAppFile(environment: Environment): Environment {
  const file = fileIn(environment.DATA_DIR?.trim() || './data');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return environment;
    throw new SlipwayError('bad-settings', `DATA_DIR: expected to read the GitHub App's credentials in ${file}.`, {
      help: 'Let the user that the server runs as own the file.',
      cause,
    });
  }
  const known = Object.entries(parseEnv(text)).filter(([key]) => appKeys.some((one) => one === key));
  return inLayers(Object.fromEntries(known), environment);
}

/**
 * Keeps the credentials of the App in `DATA_DIR/app.env`, for its owner's eyes only. Nobody can ask GitHub for them a
 * second time: they are on the disk when this resolves, or what was there before still is.
 *
 * @throws what the file system says
 */
export async function keepAppFile(dataDir: string, values: Readonly<Partial<Record<AppKey, string>>>): Promise<void> {
  const lines = Object.entries(values).map(([key, value]) => `${key}="${value.replaceAll('\n', '\\n')}"\n`);
  await mkdir(dataDir, { recursive: true });
  const unfinished = `${fileIn(dataDir)}.new`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    // One that was left there may have other rights.
    await handle.chmod(0o600);
    await handle.writeFile(lines.join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, fileIn(dataDir));
  const folder = await open(dataDir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
