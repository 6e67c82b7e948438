import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { compareSync, hashSync } from 'bcryptjs';
import { SlipwayError } from '../../errors.ts';
import { readIfThere } from './read-if-there.ts';
import { writePrivate } from './write-private.ts';

export const credentialsFile = 'htpasswd';

/**
 * 192 random bits cannot be guessed, however fast one guess is; and the registry pays this cost at every request, of
 * which a push makes dozens.
 */
const cost = 5;
const makePassword = (): string => randomBytes(24).toString('base64url');

type Prepared = {
  readonly made: readonly string[];
  /** There when it was made now, and nothing but this command's output has it. */
  readonly password?: string;
};

/**
 * Sees to it that the registry knows its user. A password is made where there is none, where the user is another one, or
 * where it is asked for; a password file decides instead, and is written where it is not there yet.
 *
 * @throws {SlipwayError} `bad-settings` for an empty password file
 */
export async function prepareCredentials(
  folder: string,
  user: string,
  options: { readonly passwordFile?: string | undefined; readonly renew: boolean },
): Promise<Prepared> {
  const file = path.join(folder, credentialsFile);
  const { passwordFile, renew } = options;
  const [, name, hash = ''] = /^([^:]+):(.*)/.exec((await readIfThere(file)) ?? '') ?? [];
  const keep = async (password: string): Promise<void> =>
    await writePrivate(file, `${user}:${hashSync(password, cost)}\n`);

  if (passwordFile !== undefined && !renew) {
    const given = (await readIfThere(passwordFile))?.trim();
    if (given === '') throw new SlipwayError('bad-settings', `--password-file: expected a password, found nothing.`);
    if (given !== undefined) {
      if (name === user && compareSync(given, hash)) return { made: [] };
      await keep(given);
      return { made: [`set the password of ${user} to that of ${passwordFile}`] };
    }
  } else if (name === user && !renew) return { made: [] };

  const password = makePassword();
  if (passwordFile !== undefined) await writePrivate(passwordFile, `${password}\n`);
  await keep(password);
  const made = `made a password for ${user}`;
  return passwordFile === undefined ? { made: [made], password } : { made: [`${made}, in ${passwordFile}`] };
}
