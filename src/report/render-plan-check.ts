import type { Artifact, Merge, Refusal } from '../terms.ts';
import { paragraphs, plainAnnotation } from './build-sections.ts';
import type { CheckContent } from './check-content.ts';
import { cut, oneLine, sentence } from './markdown.ts';
import { checkName } from './render-build-check.ts';
import { nameOf } from './words.ts';

export type PlanCheck = {
  readonly merge: Merge;
  /** Given where the service is known: then the check is the service's own. */
  readonly artifact?: Artifact;
} & ({ readonly refusal: Refusal } | { readonly skipped: string });

/** The check run of a merge that got no build: `slipway / plan`, or `slipway / <service>` where the service is known. */
export function renderPlanCheck(check: PlanCheck): CheckContent {
  const { merge, artifact } = check;
  const common = {
    name: checkName(artifact?.service.name ?? 'plan'),
    status: 'completed',
    actions: [],
    detailsUrl: `${merge.repositoryUrl}/pull/${merge.number}`,
  } as const;
  const what = artifact ? `${nameOf(artifact)} ` : '';
  if ('skipped' in check) {
    return {
      ...common,
      conclusion: 'skipped',
      title: artifact ? `${what}skipped` : 'Nothing to publish',
      summary: sentence(cut(check.skipped, 2000)),
      annotations: [],
    };
  }
  const { reason, help, annotation } = check.refusal;
  const plain = oneLine(cut(reason, 500)).replaceAll('`', '');
  return {
    ...common,
    conclusion: 'failure',
    title: cut(artifact ? `${what}refused: ${plain}` : `Refused: ${plain}`, 200),
    summary: paragraphs(sentence(cut(reason, 4000)), `**What to do next:** ${sentence(cut(help, 1000))}`),
    annotations: annotation ? [plainAnnotation(annotation)] : [],
  };
}
