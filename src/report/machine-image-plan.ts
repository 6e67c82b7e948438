import type { Service } from '../terms.ts';
import { code, cut } from './markdown.ts';

/** What a plan says of how a machine image will be made; nothing for other services. */
export function machineImagePlan({ type, packer }: Service): readonly string[] {
  if (type !== 'ami') return [];
  const template = packer === undefined ? '' : ` ${code(cut(packer.template, 200))}`;
  return [
    `Builds machine images by the Packer template${template}. A template is code that runs with the credentials for AWS that the worker has: it runs for merged pull requests only, and nothing of it was run for this check.`,
  ];
}
