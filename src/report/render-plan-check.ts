import type { Merge, Plan } from '../terms.ts';
import { paragraphs, plainAnnotation } from './build-sections.ts';
import type { CheckContent } from './check-content.ts';
import { code, cut, oneLine, sentence } from './markdown.ts';
import { checkName } from './render-build-check.ts';
import { nameOf } from './words.ts';

export type PlanCheck = { readonly merge: Merge; readonly plan: Exclude<Plan, { kind: 'ignored' }> };

/** The check run `slipway / plan` of a merge whose plan holds nothing to publish, or held nothing at first. */
export function renderPlanCheck({ merge, plan }: PlanCheck): CheckContent {
  const common = {
    name: checkName('plan'),
    status: 'completed',
    actions: [],
    detailsUrl: `${merge.repositoryUrl}/pull/${merge.number}`,
  } as const;
  if (plan.kind === 'publish') {
    const names = plan.artifacts.map((artifact) => code(nameOf(artifact)));
    const more = names.length - 20;
    return {
      ...common,
      conclusion: 'success',
      title: 'Planned by a label that came after the merge',
      summary: `The merge publishes ${names.slice(0, 20).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
      annotations: [],
    };
  }
  if (plan.kind === 'skipped') {
    return {
      ...common,
      conclusion: 'skipped',
      title: 'Nothing to publish',
      summary: sentence(cut(plan.reason, 2000)),
      annotations: [],
    };
  }
  const { reason, help, annotation } = plan.refusal;
  return {
    ...common,
    conclusion: 'failure',
    title: cut(`Refused: ${oneLine(cut(reason, 500)).replaceAll('`', '')}`, 200),
    summary: paragraphs(sentence(cut(reason, 4000)), `**What to do next:** ${sentence(cut(help, 1000))}`),
    annotations: annotation ? [plainAnnotation(annotation)] : [],
  };
}
