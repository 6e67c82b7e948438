import type { Bump } from '../terms.ts';
import { quote } from './quote.ts';
import { readBumpLabel } from './read-bump-label.ts';
import { isReleasePlace, longestTitle, versionsInTitle } from './read-title.ts';
import { readVersionLabel, type VersionLabel } from './read-version-label.ts';

export type VersionQuestion = {
  readonly labels: readonly string[];
  readonly title: string;
  readonly serviceName: string;
  /** Every service of the repository. */
  readonly serviceNames: readonly string[];
  /** Whether the pull request's author may write to the repository: only then is the title a source. */
  readonly authorMayWrite: boolean;
};

export type VersionChoice =
  /** `from` is for people: ``label `version:1.4.2` ``. */
  | { readonly kind: 'version'; readonly version: string; readonly from: string }
  | { readonly kind: 'bump'; readonly bump: Bump; readonly from: string }
  /** Nothing claims to be a version: `version.missing` of slipway.yml decides what that means. */
  | { readonly kind: 'missing'; readonly reason: string; readonly help: string }
  /** Something claims to be a version and cannot be obeyed. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly help: string;
      /** Whether a version label, put on in addition, mends it. */
      readonly labelMends: boolean;
    };

const howToSet =
  'Merge a pull request that has a label such as `version:1.4.2` or `minor`, or a title such as `Release 1.4.2` by an author with write access.';

const refused = (reason: string, help: string, labelMends = false): VersionChoice => ({
  kind: 'refused',
  reason,
  help,
  labelMends,
});

/** At most three texts are named: a sentence stays a sentence. */
function named(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).map((text) => quote(text));
  const more = texts.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(' and ');
}

function fromLabels(labels: readonly VersionLabel[], question: VersionQuestion): VersionChoice | undefined {
  const { serviceName, serviceNames } = question;
  const stray = labels.find((label) => label.service !== undefined && !serviceNames.includes(label.service));
  if (stray?.kind === 'version' && stray.service !== undefined) {
    return refused(
      `The label ${quote(stray.label)} names the service ${quote(stray.service)}, which this repository does not have.`,
      `Name one of ${named(serviceNames)}, or leave the name out: \`version:1.4.2\`.`,
    );
  }
  const ours = labels.filter(
    (label) => label === stray || label.service === undefined || label.service === serviceName,
  );
  const malformed = ours.find((label) => label.kind === 'malformed');
  if (malformed) {
    return refused(
      `The label ${quote(malformed.label)} holds no version: expected a SemVer 2.0.0 version such as \`1.4.2\` behind \`version:\`.`,
      'Write the label as `version:1.4.2`; `1.4` or `v2` is too short to be a version.',
    );
  }
  const versions = ours.filter((label) => label.kind === 'version');
  const [first] = versions;
  if (first === undefined) return undefined;
  const texts = new Set(versions.map(({ parsed }) => (parsed.kind === 'version' ? parsed.version : parsed.text)));
  if (texts.size > 1) {
    return refused(
      `The labels name ${texts.size} different versions: ${named(versions.map((label) => label.label))}.`,
      'Leave one version label on the pull request.',
    );
  }
  if (first.parsed.kind === 'unusable') {
    return refused(
      `The version of the label ${quote(first.label)} ${first.parsed.reason}.`,
      'Set a shorter version without build metadata, such as `version:1.4.2` or `version:1.4.2-rc.1`.',
    );
  }
  return { kind: 'version', version: first.parsed.version, from: `label ${quote(first.label)}` };
}

function fromBumpLabels(all: readonly string[]): VersionChoice | undefined {
  const labels = all.flatMap((label) => {
    const bump = readBumpLabel(label);
    return bump === undefined ? [] : [{ label: label.trim(), bump }];
  });
  const [first] = labels;
  if (first === undefined) return undefined;
  const bumps = new Set(labels.map(({ bump }) => bump));
  if (bumps.size > 1) {
    return refused(
      `The labels ask for ${bumps.size} different bumps: ${named(labels.map(({ label }) => label))}.`,
      'Leave one of `major`, `minor` and `patch` on the pull request, or set a version label such as `version:1.4.2`, which goes before them.',
      true,
    );
  }
  return { kind: 'bump', bump: first.bump, from: `label ${quote(first.label)}` };
}

function fromTitle({ title, serviceName, authorMayWrite }: VersionQuestion): VersionChoice {
  const missing = (reason: string): VersionChoice => ({ kind: 'missing', reason, help: howToSet });
  const none = 'No version: there is no version label, and';
  const packageJson = '(The `version` of package.json is never used.)';
  if (title.length > longestTitle) {
    return missing(`${none} the title has ${title.length} characters, too many to be read for one. ${packageJson}`);
  }
  const found = versionsInTitle(title);
  const [first] = found;
  if (first === undefined) return missing(`${none} the title names none. ${packageJson}`);
  if (!authorMayWrite) {
    return missing(
      `${none} the title's ${quote(first.text)} does not count, because its author has no write access to the repository. ${packageJson}`,
    );
  }
  const texts = new Set(found.map(({ parsed }) => (parsed.kind === 'version' ? parsed.version : parsed.text)));
  if (texts.size > 1) {
    return refused(
      `The title names ${texts.size} different versions: ${named(found.map(({ text }) => text))}.`,
      'Set a label such as `version:1.4.2`, which goes before the title, or name one version in the title.',
      true,
    );
  }
  const release = found.find(({ start }) => isReleasePlace(title.slice(0, start), serviceName));
  if (release === undefined) {
    return missing(
      `${none} the title's ${quote(first.text)} is not taken for one: it stands neither at the start nor behind \`release\`, \`version\` or ${quote(serviceName)}. ${packageJson}`,
    );
  }
  if (release.parsed.kind === 'unusable') {
    return refused(
      `The title's version ${quote(release.text)} ${release.parsed.reason}.`,
      'Set a label with a shorter version without build metadata, such as `version:1.4.2`.',
      true,
    );
  }
  return { kind: 'version', version: release.parsed.version, from: `title ${quote(title)}` };
}

/**
 * The version of a service, as its pull request says: version label, bump label, title; the first that is there decides.
 * Never throws, and takes bounded time for labels and titles of any length.
 */
export function chooseVersion(question: VersionQuestion): VersionChoice {
  const labels = question.labels.flatMap((label) => readVersionLabel(label) ?? []);
  const labelled = fromLabels(labels, question);
  if (labelled) return labelled;
  const bumped = fromBumpLabels(question.labels);
  if (bumped) return bumped;
  return fromTitle(question);
}
