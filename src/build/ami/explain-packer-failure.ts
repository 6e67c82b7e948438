import { SlipwayError } from '../../errors.ts';
import type { Annotation } from '../../terms.ts';
import type { ContainerEnd } from '../docker/containers.ts';
import { awsIsBusy, awsRefused, busyError, credentialsError } from './explain-aws-error.ts';
import type { PackerStory } from './follow-packer.ts';
import { locateFailure } from './locate-failure.ts';

const firstLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '') ?? '';

/** Why a run of Packer that was not stopped by us has failed. */
export function explainPackerFailure(options: {
  readonly end: ContainerEnd;
  readonly story: PackerStory;
  /** As slipway.yml names it; its text where it is a file. */
  readonly template: string;
  readonly text: string | undefined;
  /** Where it stands in the repository. */
  readonly templatePath: string;
  readonly memory: string;
}): SlipwayError {
  const { end, story, template, text, templatePath } = options;
  const tail = story.tail.slice(-20);
  if (end.outOfMemory) {
    return new SlipwayError('build-failed', `Packer needed more than its ${options.memory} of memory.`, {
      help: 'Give it more with PACKER_MEMORY, or have it do less on the worker.',
      fault: 'ours',
      tail,
    });
  }
  const words = (story.errors.length > 0 ? story.errors : story.complaints).join('\n');
  if (end.status >= 128 && words === '') {
    return new SlipwayError('engine-lost', `Packer was killed (status ${end.status}); the engine may have restarted.`, {
      help: 'Slipway tries again by itself.',
      transient: true,
      tail,
    });
  }
  const reason = firstLine(words) || `it ended with status ${end.status} and no word`;
  if (awsRefused(words)) return credentialsError(reason);
  if (awsIsBusy(words)) return busyError(reason);
  const line = text === undefined ? undefined : locateFailure({ template, text, said: story.said, words });
  const annotation = (title: string): { annotation?: Annotation } =>
    line === undefined
      ? {}
      : { annotation: { path: templatePath, startLine: line, endLine: line, title, message: words || reason } };
  // Nothing was begun: the template cannot be read, or names what is not there.
  if (story.said.length === 0) {
    return new SlipwayError('template-invalid', `Packer cannot use the template \`${templatePath}\`: ${reason}`, {
      help: 'Correct it; `packer validate` shows the same.',
      tail,
      ...annotation('Packer cannot use this template'),
    });
  }
  const readOnly = /read-only file system/i.test([words, ...tail].join('\n'));
  return new SlipwayError('build-failed', `Packer failed: ${reason}`, {
    help: readOnly
      ? 'The merged tree cannot be written to: write to the folder that the variable `work` names.'
      : 'Correct the template or what it runs; the log has everything that Packer said.',
    tail,
    ...annotation('Packer failed here'),
  });
}
