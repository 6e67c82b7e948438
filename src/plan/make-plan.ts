import { SlipwayError } from '../errors.ts';
import type { Artifact, Plan, Refusal, Service } from '../terms.ts';
import { chooseVersion } from './choose-version.ts';
import { type Configuration, configurationPath } from './configuration.ts';
import { matchesBranch } from './matches-branch.ts';
import { nameService } from './name-service.ts';
import { quote } from './quote.ts';
import { readVersionLabel } from './read-version-label.ts';

export type PlanQuestion = {
  readonly pullRequest: { readonly title: string; readonly labels: readonly string[]; readonly baseRef: string };
  readonly configuration: Configuration;
  /** Text of package.json by the service's path; undefined where there is none. */
  readonly packageJsons: ReadonlyMap<string, string | undefined>;
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
  const refusals: Refusal[] = [];
  const services = configuration.services.flatMap((wanted): Service[] => {
    const { path, name, dockerfile, type, packer } = wanted;
    const { target, args, timeout } = wanted.build;
    try {
      const named = nameService(question.packageJsons.get(path), path, name, registry.length);
      const build = { args, ...(target && { target }), ...(timeout && { timeoutMs: timeout }) };
      return [{ ...named, path, dockerfile, type, build, ...(packer && { packer }) }];
    } catch (error) {
      refusals.push(refusalOf(error));
      return [];
    }
  });
  const twin = services.find(({ name }, index) => services.findIndex((other) => other.name === name) !== index);
  if (twin) {
    refusals.push({
      reason: `Two services have the name ${quote(twin.name)}.`,
      help: `Give each a name of its own, in its package.json's "service_name" or as \`name\` in \`${configurationPath}\`.`,
    });
  }
  // A service without a name of its own would make every label that names it look wrong.
  const [unnamed] = refusals;
  if (unnamed) return { kind: 'refused', refusal: together(unnamed, refusals) };
  const missing: Refusal[] = [];
  const artifacts: Artifact[] = [];
  for (const service of services) {
    const choice = chooseVersion({
      labels: pullRequest.labels,
      title: pullRequest.title,
      serviceName: service.name,
      serviceNames: services.map(({ name }) => name),
      authorMayWrite: question.authorMayWrite,
    });
    if (choice.kind === 'version') {
      artifacts.push({ service, version: choice.version, versionFrom: choice.from });
      continue;
    }
    const reason = services.length > 1 ? `${quote(service.name)}: ${choice.reason}` : choice.reason;
    (choice.kind === 'missing' ? missing : refusals).push({ reason, help: choice.help });
  }
  if (configuration.version.missing === 'fail') refusals.push(...missing);
  const [refusal] = refusals;
  if (refusal) return { kind: 'refused', refusal: together(refusal, refusals) };
  const [nothing] = missing;
  if (artifacts.length === 0 && nothing) return { kind: 'skipped', reason: nothing.reason };
  return { kind: 'publish', artifacts };
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof SlipwayError)) throw error;
  return {
    reason: error.message,
    help: error.help ?? 'Correct the file, then merge again.',
    ...(error.annotation && { annotation: error.annotation }),
  };
}

/** One refusal that names all the reasons, as many as a person reads. */
function together(first: Refusal, all: readonly Refusal[]): Refusal {
  const reasons = [...new Set(all.map(({ reason }) => reason))];
  const shown = reasons.slice(0, 5);
  const more = reasons.length - shown.length;
  return { ...first, reason: [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ') };
}
