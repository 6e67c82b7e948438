import type { Identity } from '../../build-terms.ts';
import { SlipwayError } from '../../errors.ts';
import type { Artifact } from '../../terms.ts';

/** The first characters of the commit, or of the content's digest where there is no commit. */
const shown = 7;

/** What stands for the commit: a folder without a repository has the digest of its content. */
export const commitOf = ({ commit, contentDigest }: Identity): string => commit ?? contentDigest ?? '';

/**
 * `orders-1.4.2-0a1b2c3`. A version label may not stand in it, since AMI names hold no `:`; with the commit it is unique
 * for an account and a region (EC2, CreateImage: 3 to 128 of letters, digits and `()[] ./-'@_`).
 *
 * @throws {SlipwayError} `service-name-invalid`
 */
export function amiName({ service, version }: Pick<Artifact, 'service' | 'version'>, commit: string): string {
  const name = `${service.name}-${version}-${commit.slice(0, shown).padEnd(shown, '0')}`;
  if (/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) return name;
  throw new SlipwayError(
    'service-name-invalid',
    name.length > 128
      ? `The AMI would be named \`${name}\`, which has ${name.length} characters; an AMI's name has at most 128.`
      : `The AMI would be named \`${name}\`: an AMI's name holds only letters, digits and \`()[] ./-'@_\`.`,
    { help: 'Choose a shorter service name or version.' },
  );
}
