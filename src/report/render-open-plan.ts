import type { Plan, Refusal } from '../terms.ts';
import { paragraphs, plainAnnotation } from './build-sections.ts';
import type { CheckAction, CheckContent, Conclusion } from './check-content.ts';
import { machineImagePlan } from './machine-image-plan.ts';
import { code, cut, oneLine, sentence } from './markdown.ts';
import type { OpenArtifact, OpenPlan } from './open-plan.ts';
import { checkName } from './render-build-check.ts';
import { setVersion } from './set-version.ts';
import { nameOf } from './words.ts';

const worst: readonly Conclusion[] = ['failure', 'action_required', 'neutral', 'success'];
const most = { artifacts: 100, skipped: 50 };

/**
 * The check run `slipway / plan` of a commit: what merging its open pull requests would publish. Where several share the
 * commit it shows all of them, and the worst counts.
 *
 * @param registry address with its prefix: `registry.lan:5000/team`
 */
export function renderOpenPlan(plans: readonly OpenPlan[], registry: string): CheckContent {
  const conclusions = plans.map(conclusionOfPlan);
  const conclusion = worst.find((one) => conclusions.includes(one)) ?? 'success';
  const leading = plans[conclusions.indexOf(conclusion)] ?? plans[0];
  const [first] = plans;
  if (leading === undefined || first === undefined) throw new Error('expected a plan to show');
  const several = plans.length > 1;
  return {
    name: checkName('plan'),
    status: 'completed',
    conclusion,
    title: `${several ? `#${leading.pull.number}: ` : ''}${titleOf(leading)}`,
    summary: plans
      .map((plan) => paragraphs(several ? `### Pull request ${plan.pull.number}` : '', summaryOf(plan, registry)))
      .join('\n\n'),
    annotations: plans.flatMap(annotationsOf).map(plainAnnotation),
    actions: several ? [] : first.suggestions.flatMap(buttonOf).slice(0, 3),
    detailsUrl: `${first.pull.repositoryUrl}/pull/${first.pull.number}`,
  };
}

function conclusionOfPlan({ plan, artifacts, next }: OpenPlan): Conclusion {
  if (next?.plan.kind === 'refused') return next.plan.unversioned?.isMissing ? 'action_required' : 'failure';
  if (problemOf(next?.artifacts) !== undefined) return 'failure';
  // What applies now is mended by the very file that the pull request brings.
  if (plan.kind === 'refused' && next !== undefined && plan.unversioned === undefined) return 'success';
  if (plan.kind === 'refused') return plan.unversioned?.isMissing ? 'action_required' : 'failure';
  if (plan.kind === 'skipped') return 'neutral';
  return problemOf(artifacts) === undefined ? 'success' : 'failure';
}

const problemOf = (artifacts: readonly OpenArtifact[] = []): OpenArtifact['problem'] =>
  artifacts.find(({ problem }) => problem !== undefined)?.problem;

const plain = (text: string): string => cut(oneLine(cut(text, 500)).replaceAll('`', ''), 200);

function titleOf({ plan, artifacts, next }: OpenPlan): string {
  if (next?.plan.kind === 'refused' && plan.kind !== 'refused') return plain(next.plan.refusal.reason);
  const problem = problemOf(artifacts) ?? problemOf(next?.artifacts);
  if (plan.kind === 'refused') return plain(problem?.reason ?? plan.refusal.reason);
  if (plan.kind === 'skipped') return problem === undefined ? 'Merging publishes nothing' : plain(problem.reason);
  if (problem !== undefined) return plain(problem.reason);
  const [only, ...more] = artifacts;
  return only !== undefined && more.length === 0
    ? plain(`Merging publishes ${nameOf(only.artifact)}`)
    : `Merging publishes ${artifacts.length} services`;
}

function summaryOf({ plan, artifacts, suggestions, next }: OpenPlan, registry: string): string {
  return paragraphs(
    planText(plan, artifacts, suggestions.length > 0, registry),
    next === undefined ? '' : nextText(next, registry),
  );
}

function planText(plan: Plan, artifacts: readonly OpenArtifact[], hasButtons: boolean, registry: string): string {
  if (plan.kind === 'refused') return refusalText(plan.refusal, hasButtons);
  if (plan.kind !== 'publish') return `Merging publishes nothing. ${sentence(cut(plan.reason, 2000))}`;
  const hidden = artifacts.length - most.artifacts;
  const skipped = (plan.skipped ?? []).map(
    ({ name, reason }) => `- ${code(name)} is left alone. ${sentence(cut(reason, 500))}`,
  );
  return paragraphs(
    [
      ...artifacts.slice(0, most.artifacts).map((one) => artifactText(one, registry)),
      ...(hidden > 0 ? [`- And ${hidden} more.`] : []),
      ...skipped.slice(0, most.skipped),
      ...(skipped.length > most.skipped ? [`- And ${skipped.length - most.skipped} more are left alone.`] : []),
    ].join('\n'),
    ...(plan.notes ?? []).map((note) => sentence(note)),
  );
}

function artifactText({ artifact, recipe, problem, notes, aliases }: OpenArtifact, registry: string): string {
  const { service, version, versionFrom, bump } = artifact;
  const reference = service.type === 'docker' ? `${registry}/${service.name}:${version}` : nameOf(artifact);
  const from = `(version from ${sentence(cut(versionFrom, 200))}, name from ${sentence(cut(service.nameFrom, 200))})`;
  if (problem !== undefined) {
    return `- Merging does not publish ${code(reference)} ${from}. ${sentence(cut(problem.reason, 1000))} **What to do next:** ${sentence(cut(problem.help, 500))}`;
  }
  const lines = [
    ...(bump === undefined ? [] : ['The version is what the label gives now; it is settled at the merge.']),
    // Machine images have no tags of that kind.
    ...(service.type === 'docker' ? aliasLines(aliases) : []),
    ...(recipe === undefined ? [] : [recipeText(recipe)]),
    ...machineImagePlan(service),
    ...notes.map((note) => sentence(cut(note, 500))),
  ];
  return [`- Merging publishes ${code(reference)} ${from}.`, ...lines.map((line) => `  - ${line}`)].join('\n');
}

const aliasLines = ({ moves, stays }: OpenArtifact['aliases']): readonly string[] => [
  ...(moves.length === 0 ? [] : [`Moves ${tags(moves)}.`]),
  ...stays.map(({ tag, at }) => `Leaves the tag ${code(tag)} where it is, at ${code(at)}.`),
];

const tags = (names: readonly string[]): string =>
  `the ${names.length === 1 ? 'tag' : 'tags'} ${names.map(code).join(', ')}`;

function recipeText({ dockerfile, target, args, bases }: NonNullable<OpenArtifact['recipe']>): string {
  return [
    `Builds ${code(cut(dockerfile, 200))}`,
    ...(target === undefined ? [] : [`target ${code(target)}`]),
    ...(args.length === 0 ? [] : [`build arguments ${args.slice(0, 20).map(code).join(', ')}`]),
    `${bases.length === 0 ? 'from no base image' : `from ${bases.map((base) => code(cut(base, 200))).join(', ')}`}.`,
  ].join(', ');
}

const refusalText = ({ reason, help }: Refusal, hasButtons: boolean): string =>
  paragraphs(
    sentence(cut(reason, 4000)),
    `**What to do next:** ${hasButtons ? 'Press a button below: it puts the version’s label on. Or: ' : ''}${sentence(cut(help, 1000))}`,
  );

function nextText({ plan, artifacts }: NonNullable<OpenPlan['next']>, registry: string): string {
  return paragraphs(
    '**This pull request changes `.github/slipway.yml`.** By the file that it brings:',
    plan.kind === 'ignored'
      ? `Merging publishes nothing. ${sentence(plan.reason)}`
      : planText(plan, artifacts, false, registry),
  );
}

const annotationsOf = ({ plan, next }: OpenPlan) =>
  [plan, next?.plan].flatMap((one) =>
    one?.kind === 'refused' && one.refusal.annotation ? [one.refusal.annotation] : [],
  );

const bumpWords = { patch: 'Patch', minor: 'Minor', major: 'Major' } as const;

/** None where the version does not fit into what GitHub takes: 20 characters each. */
function buttonOf({ bump, version }: OpenPlan['suggestions'][number]): readonly CheckAction[] {
  const label = `${bumpWords[bump]} -> ${version}`;
  const identifier = `${setVersion}${version}`;
  if (label.length > 20 || identifier.length > 20) return [];
  return [{ label, identifier, description: cut(`Put the label version:${version} on`, 40) }];
}
