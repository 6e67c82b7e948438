import type { CheckContent } from './check-content.ts';
import { checkName } from './render-build-check.ts';

/** The check run `slipway / plan` of a commit for which nothing is to be published, so that a required check is there. */
export const renderNoPlan = (repositoryUrl: string): CheckContent => ({
  name: checkName('plan'),
  status: 'completed',
  conclusion: 'neutral',
  title: 'Nothing to publish',
  summary: 'Slipway publishes nothing of this: the base branch is not one of `branches` in `.github/slipway.yml`.',
  annotations: [],
  actions: [],
  detailsUrl: repositoryUrl,
});
