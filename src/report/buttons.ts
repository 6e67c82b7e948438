import type { Build } from '../build-terms.ts';
import type { CheckAction } from './check-content.ts';

const cancel: CheckAction = { label: 'Cancel', identifier: 'cancel', description: 'Stop this build' };
const rebuild: CheckAction = {
  label: 'Rebuild',
  identifier: 'rebuild',
  description: 'The same commit and version once more',
};
const withoutCache: CheckAction = {
  label: 'Rebuild, no cache',
  identifier: 'rebuild-no-cache',
  description: 'Build every step anew',
};

/** The buttons that make sense for a build in this state; what its press sends is obeyed for those who may write. */
export function buttonsOf({ artifact, state, outcome, cancelRequested }: Build): readonly CheckAction[] {
  if (state !== 'ended') return cancelRequested ? [] : [cancel];
  if (outcome?.verdict === 'published' || outcome?.verdict === 'skipped') return [];
  // Packer keeps nothing from one build to the next.
  return artifact.service.type === 'ami' ? [rebuild] : [rebuild, withoutCache];
}
