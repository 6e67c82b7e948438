import type { Merge, Refusal } from '../terms.ts';
import { paragraphs, plainAnnotation } from './build-sections.ts';
import type { CheckContent } from './check-content.ts';
import { cut, oneLine, sentence } from './markdown.ts';
import { checkName } from './render-build-check.ts';

export type PlanCheck = { readonly merge: Merge } & ({ readonly refusal: Refusal } | { readonly skipped: string });

/** The check run `slipway / plan` of a merge whose plan holds nothing to publish. */
export function renderPlanCheck(check: PlanCheck): CheckContent {
  const { merge } = check;
  const common = {
    name: checkName('plan'),
    status: 'completed',
    actions: [],
    detailsUrl: `${merge.repositoryUrl}/pull/${merge.number}`,
  } as const;
  if ('skipped' in check) {
    return {
      ...common,
      conclusion: 'skipped',
      title: 'Nothing to publish',
      summary: sentence(cut(check.skipped, 2000)),
      annotations: [],
    };
  }
  const { reason, help, annotation } = check.refusal;
  return {
    ...common,
    conclusion: 'failure',
    title: cut(`Refused: ${oneLine(cut(reason, 500)).replaceAll('`', '')}`, 200),
    summary: paragraphs(sentence(cut(reason, 4000)), `**What to do next:** ${sentence(cut(help, 1000))}`),
    annotations: annotation ? [plainAnnotation(annotation)] : [],
  };
}
