import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../../errors.ts';
import type { Service } from '../../terms.ts';
import type { BuildSource, Validation } from '../artifact-type.ts';
import { type AmiDeps, imageOf, packerOf, processes, regionsOf } from './ami-deps.ts';
import { explainPackerFailure } from './explain-packer-failure.ts';
import { followPacker } from './follow-packer.ts';
import { ownVariables } from './own-variables.ts';
import { packerCommand } from './packer-command.ts';
import { readTemplate } from './read-template.ts';
import { createRedactor } from './redactor.ts';
import { runBriefly } from './run-briefly.ts';

/** What programs say that were not let out. */
const unreached =
  /NoCredentialProviders|network is unreachable|no such host|server misbehaving|failure in name resolution/;
const longest = 1000;

/**
 * Has Packer read a service's template as it would for a build, with values in the place of Slipway's variables. It is
 * given no credentials and no network, and needs neither: what a template asks for while it is read, secrets of AWS
 * among it, is then asked in vain.
 *
 * @throws {SlipwayError} `template-invalid`, `template-missing`; `unsupported` without an image of Packer's;
 *   `configuration-invalid` without a region; of the engine
 */
export async function validateTemplate(
  deps: Pick<AmiDeps, 'containers' | 'aws' | 'settings'>,
  {
    service,
    source,
    signal,
  }: { readonly service: Service; readonly source: BuildSource; readonly signal: AbortSignal },
): Promise<Validation> {
  const { memory } = deps.settings;
  const image = imageOf(deps.settings);
  const packer = packerOf(service);
  const [region] = regionsOf(deps, service);
  const { path: templatePath, text } = await readTemplate(source, service);
  const artifact = { service, version: '1.0.0' };
  const variables = ownVariables({ artifact, commit: '0'.repeat(40), buildId: randomUUID() });
  const run = packerCommand({ verb: 'validate', packer, variables, region, credentials: undefined, environment: {} });
  const tar = () => source.context({ path: service.path, signal });
  const { said, end } = await runBriefly(deps.containers, { ...run, image, memory, processes, tar, signal });
  if (end.status === 0) return { kind: 'valid', found: `Packer takes \`${templatePath}\`` };

  const follower = followPacker({ redactor: createRedactor([]), onEvent: () => undefined });
  follower.add(said);
  const story = follower.end();
  const reason = [...story.errors, ...story.complaints].join(' ').replaceAll(/\s+/g, ' ').trim().slice(0, longest);
  if (end.outOfMemory || reason === '') {
    const { template } = packer;
    throw explainPackerFailure({ end, story, template, text, templatePath, memory: `${memory / 2 ** 20} MiB` });
  }
  if (unreached.test(reason)) {
    const found = `\`${templatePath}\` asks for something while it is read, which only a build may: ${reason}`;
    return { kind: 'unknown', found };
  }
  throw new SlipwayError('template-invalid', `Packer cannot use \`${templatePath}\`: ${reason}`, {
    help: 'Correct the template.',
  });
}
