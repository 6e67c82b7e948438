import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { SlipwayError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Empty is the same as not set: compose files and `.env.example` leave empty values behind. */
export function present(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()));
  return Object.fromEntries(entries.map(([key, value]) => [key, value.trim()]));
}

/** Environments in one: a later one wins over an earlier one, unless its value is empty. */
export function inLayers(...environments: readonly Environment[]): Environment {
  return Object.assign({}, ...environments.map(present));
}

/**
 * What a setting's file holds, without white space around it.
 *
 * @param key the setting, for the sentence when it cannot be read
 * @throws {SlipwayError} `bad-settings`
 */
export function readFileOf(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new SlipwayError('bad-settings', `${key}: expected a file that can be read, found none at ${file}`, {
      cause,
    });
  }
}

/**
 * The environment of this process, with what a `.env` in the working directory adds. The real environment wins.
 *
 * @throws {SlipwayError} `bad-settings` when there is a `.env` that cannot be read
 */
export function readEnvironment(folder = process.cwd()): Environment {
  const file = path.join(folder, '.env');
  const text = existsSync(file) ? readFileOf('.env', file) : '';
  return inLayers(parseEnv(text), process.env);
}
