import { posix } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { SlipwayError } from '../../errors.ts';
import type { Recipe, Service } from '../../terms.ts';
import { type Instruction, parseDockerfile, targetStage } from './parse-dockerfile.ts';

/** Dockerfile reference; the engine knows no others. */
const keywords: ReadonlySet<string> = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

const shown = 20;

/**
 * What a build will use, read from a Dockerfile as far as that goes without an engine.
 *
 * @throws {SlipwayError} `dockerfile-invalid` with the line, `configuration-invalid` for a target that is no stage
 */
export function checkDockerfile(text: string, service: Pick<Service, 'path' | 'dockerfile' | 'build'>): Recipe {
  const dockerfile = posix.join(service.path, service.dockerfile);
  const { args, target } = service.build;
  const refuse = (message: string, line: number): SlipwayError =>
    new SlipwayError('dockerfile-invalid', `\`${dockerfile}\`, line ${line}: ${message}.`, {
      help: 'Correct the Dockerfile.',
      annotation: {
        path: dockerfile,
        startLine: line,
        endLine: line,
        title: 'The Dockerfile cannot be read',
        message: `${message}.`,
      },
    });
  const parsed = parseDockerfile(text, args);
  if (!hasOwnSyntax(text)) {
    const wrong = [...parsed.initial, ...parsed.stages.flatMap(({ instructions }) => instructions)].find(
      ({ keyword }) => !keywords.has(keyword.toUpperCase()),
    );
    if (wrong) throw refuse(`expected an instruction, found \`${wrong.keyword.slice(0, 40)}\``, wrong.startLine);
    const early = parsed.initial.find(({ keyword }) => keyword.toUpperCase() !== 'ARG');
    if (early) throw refuse(`expected FROM before \`${early.keyword}\``, early.startLine);
    if (parsed.stages.length === 0) throw refuse('expected FROM, found none', 1);
    const bare = parsed.stages.flatMap(({ instructions }) => instructions).find(isBare);
    if (bare) throw refuse(`expected something behind \`${bare.keyword}\``, bare.startLine);
    if (target !== undefined && targetStage(parsed, target) === undefined) {
      throw new SlipwayError(
        'configuration-invalid',
        `\`${dockerfile}\` has no stage \`${target}\`, which \`build.target\` names.`,
        { help: 'Name a stage of the Dockerfile, or leave `build.target` out.' },
      );
    }
  }
  const bases = parsed.stages
    .filter(({ parent, image }) => parent === undefined && image !== '' && image.toLowerCase() !== 'scratch')
    .map(({ image }) => image);
  return {
    dockerfile,
    args: Object.keys(args),
    bases: [...new Set(bases)].slice(0, shown),
    ...(target === undefined ? {} : { target }),
  };
}

const isBare = ({ keyword, text }: Instruction): boolean => text.trim().length <= keyword.length;

/** Another frontend than Docker's may have other instructions. */
function hasOwnSyntax(text: string): boolean {
  const syntax = DockerfileParser.parse(text)
    .getDirectives()
    .find((directive) => directive.getName().toLowerCase() === 'syntax');
  return syntax !== undefined && !/(^|\/)docker\/dockerfile(:|@|$)/.test(syntax.getValue() ?? '');
}
