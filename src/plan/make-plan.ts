import type { Artifact, Plan, Refusal, Service, SkippedService, TouchedFiles, Unversioned } from '../terms.ts';
import { bumpVersion } from './bump-version.ts';
import { chooseVersion } from './choose-version.ts';
import { type Configuration, configurationPath } from './configuration.ts';
import { matchesBranch } from './matches-branch.ts';
import { nameServices } from './name-services.ts';
import { quote } from './quote.ts';
import { readVersionLabel } from './read-version-label.ts';
import { watchFiles } from './watch-files.ts';

type Wanted = Configuration['services'][number];

export type PlanQuestion = {
  readonly pullRequest: { readonly title: string; readonly labels: readonly string[]; readonly baseRef: string };
  readonly configuration: Configuration;
  /** Text of package.json by the service's path; undefined where there is none. */
  readonly packageJsons: ReadonlyMap<string, string | undefined>;
  /** The files that the pull request touches; absent where nobody asked (`asksForFiles`): then every service counts as touched. */
  readonly touched?: TouchedFiles;
  /** Published and reserved versions by service name, for bump labels; they count as none where absent (`settleBump`). */
  readonly taken?: ReadonlyMap<string, readonly string[]>;
  readonly hasRootDockerfile: boolean;
  readonly hasConfiguration: boolean;
  /** Whether the pull request's author may write to the repository; only asked where the title may decide. */
  readonly authorMayWrite: boolean;
  /** Address of the registry with its prefix: `registry.lan:5000/team`. */
  readonly registry: string;
};

/** What merging this pull request publishes, or why it publishes nothing. Never throws. */
export function makePlan(question: PlanQuestion): Plan {
  const { pullRequest, configuration, registry } = question;
  if (!matchesBranch(configuration, pullRequest.baseRef)) {
    return { kind: 'ignored', reason: `The base branch ${quote(pullRequest.baseRef)} is not configured.` };
  }
  const isLabelled = pullRequest.labels.some((label) => readVersionLabel(label) !== undefined);
  if (!question.hasConfiguration && !question.hasRootDockerfile && !isLabelled) {
    return {
      kind: 'ignored',
      reason: `The repository has neither \`${configurationPath}\` nor a Dockerfile at its root, and the pull request no version label.`,
    };
  }
  const { services, refusals: unnamed } = nameServices(configuration, question.packageJsons, registry.length);
  // A service without a name of its own would make every label that names it look wrong.
  const [nameless] = unnamed;
  if (nameless) return { kind: 'refused', refusal: together(nameless, unnamed) };
  const refusals: Refusal[] = [];
  const missing: (Refusal & { readonly name: string })[] = [];
  const skipped: SkippedService[] = [];
  const artifacts: Artifact[] = [];
  const mendable: { readonly service: Service; readonly isMissing: boolean }[] = [];
  for (const { service, wanted } of services) {
    const { name } = service;
    const untouched = reasonToSkip(question, name, wanted);
    if (untouched !== undefined) {
      skipped.push({ name, reason: untouched });
      continue;
    }
    const choice = chooseVersion({
      labels: pullRequest.labels,
      title: pullRequest.title,
      serviceName: name,
      serviceNames: services.map((other) => other.service.name),
      authorMayWrite: question.authorMayWrite,
    });
    if (choice.kind === 'version') {
      artifacts.push({ service, version: choice.version, versionFrom: choice.from });
    } else if (choice.kind === 'bump') {
      const { bump, from: versionFrom } = choice;
      artifacts.push({ service, version: bumpVersion(bump, question.taken?.get(name) ?? []), versionFrom, bump });
    } else {
      const reason = services.length > 1 ? `${quote(name)}: ${choice.reason}` : choice.reason;
      const isMissing = choice.kind === 'missing';
      if (isMissing) missing.push({ name, reason, help: choice.help });
      else refusals.push({ reason, help: choice.help });
      if (choice.kind === 'missing' || choice.labelMends) mendable.push({ service, isMissing });
    }
  }
  if (configuration.version.missing === 'fail') refusals.push(...missing.map(({ reason, help }) => ({ reason, help })));
  const [refusal] = refusals;
  if (refusal) {
    const unversioned = mendable.length === refusals.length ? mendedByLabel(mendable, services.length, artifacts) : {};
    return { kind: 'refused', refusal: together(refusal, refusals), ...unversioned };
  }
  skipped.push(...missing.map(({ name, reason }) => ({ name, reason })));
  if (artifacts.length === 0) return { kind: 'skipped', reason: missing[0]?.reason ?? nothingTouched(skipped) };
  return {
    kind: 'publish',
    artifacts,
    ...(skipped.length > 0 && { skipped }),
    ...(question.touched?.isComplete === false && { notes: [tooMany] }),
  };
}

/** A label without a name would hold for the services that have versions already, too. */
function mendedByLabel(
  mendable: readonly { readonly service: Service; readonly isMissing: boolean }[],
  known: number,
  artifacts: readonly Artifact[],
): { unversioned?: Unversioned } {
  if (mendable.length > 1 && artifacts.length > 0) return {};
  const isMissing = mendable.every((one) => one.isMissing);
  const services = mendable.map(({ service }) => service);
  return { unversioned: { services, isMissing, isNamed: known > 1 && mendable.length === 1 } };
}

const tooMany =
  'The pull request touches 3,000 files or more, and GitHub lists no more of them: every service counts as touched.';

/** Undefined for a service that the pull request touches, or that a label names. */
function reasonToSkip({ touched, pullRequest }: PlanQuestion, name: string, wanted: Wanted): string | undefined {
  if (touched?.isComplete !== true) return undefined;
  if (pullRequest.labels.some((label) => readVersionLabel(label)?.service === name)) return undefined;
  const { globs, touchedBy } = watchFiles(wanted);
  if (touchedBy(touched.paths)) return undefined;
  const [first = '', ...more] = globs;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return `The pull request touches no file that it watches (${quote(first)}${others}).`;
}

function nothingTouched(skipped: readonly SkippedService[]): string {
  const [only, ...more] = skipped;
  if (only !== undefined && more.length === 0) return `${quote(only.name)}: ${only.reason}`;
  return `The pull request touches no file that one of the ${skipped.length} services watches.`;
}

/** One refusal that names all the reasons, as many as a person reads. */
function together(first: Refusal, all: readonly Refusal[]): Refusal {
  const reasons = [...new Set(all.map(({ reason }) => reason))];
  const shown = reasons.slice(0, 5);
  const more = reasons.length - shown.length;
  return { ...first, reason: [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ') };
}
