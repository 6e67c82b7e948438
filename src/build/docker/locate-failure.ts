import type { FailurePlace } from './follower.ts';
import { fullImageName } from './image-name.ts';
import type { Instruction, ParsedDockerfile, Stage } from './parse-dockerfile.ts';

/** What of a text is the same in the Dockerfile and in BuildKit's name of the step: no quotes, spaces, escapes. */
const bare = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();

const variable = /\$\{[^}]*\}|\$\w+/;

/** The parts of an instruction that stand in its step's name word for word: what is between variables. */
function fixedParts({ text }: Instruction): { parts: string[]; open: boolean } {
  const heredoc = text.search(/<<-?["']?\w/);
  const command = heredoc < 0 ? text : text.slice(0, heredoc);
  const lines = command.split('\n').filter((line, index) => index === 0 || !/^\s*#/.test(line));
  return { parts: lines.join(' ').split(variable).map(bare), open: heredoc >= 0 };
}

/** Whether this instruction can be the step with this name, whatever its variables stand for. */
function matches(instruction: Instruction, name: string): boolean {
  const text = bare(name);
  const { parts, open } = fixedParts(instruction);
  const [first = '', ...others] = parts;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of others) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  if (open) return true;
  return others.length === 0 ? text === first : text.endsWith(parts.at(-1) ?? '');
}

/** The instructions that BuildKit counts as steps of a stage. A base image is one, an earlier stage or scratch is not. */
function countedSteps(stage: Stage): readonly Instruction[] {
  const pulled = stage.parent === undefined && stage.image.toLowerCase() !== 'scratch';
  const counted = new Set(['ADD', 'COPY', 'RUN', 'WORKDIR']);
  return stage.instructions.filter(({ keyword }, index) => (index === 0 ? pulled : counted.has(keyword)));
}

function stageOf(dockerfile: ParsedDockerfile, prefix: string): Stage | undefined {
  // A prefix can begin with the platform: `linux/arm64 build`.
  const name = prefix.split(' ').findLast((word) => word !== '' && !word.includes('/'));
  const { stages } = dockerfile;
  if (name === undefined) return stages.length === 1 ? stages[0] : undefined;
  const named = stages.findLast((stage) => stage.name === name.toLowerCase());
  const index = /^stage-(\d+)$/.exec(name)?.[1];
  return named ?? (index === undefined ? undefined : stages[Number(index)]);
}

/** The instruction of a step such as `[stage-1 2/3] RUN npm ci`. */
function ofStep(dockerfile: ParsedDockerfile, prefix: string, place: number, name: string): Instruction | undefined {
  const candidates = stageOf(dockerfile, prefix);
  const stages = candidates ? [candidates] : dockerfile.stages;
  for (const stage of stages) {
    const steps = countedSteps(stage);
    const counted = steps[place - 1];
    if (counted && matches(counted, name)) return counted;
    // ONBUILD triggers of the base image run first and are counted with the steps, which shifts ours.
    const shifted = steps.slice(0, place).findLast((step) => matches(step, name));
    if (shifted) return shifted;
  }
  // A trigger itself stands in no line of ours: what brought it is FROM.
  return candidates?.instructions[0];
}

/** The instruction that names an image: FROM, or COPY --from. */
function ofImage(dockerfile: ParsedDockerfile, image: string): Instruction | undefined {
  const wanted = fullImageName(image);
  const names = (given: string): boolean => fullImageName(given) === wanted;
  for (const { image: base, parent, instructions } of dockerfile.stages) {
    if (parent === undefined && names(base)) return instructions[0];
    const copied = instructions.find(({ text }) => {
      const from = /(?:--from=|,from=|=bind,from=)([^\s,]+)/.exec(text)?.[1];
      return from !== undefined && names(from);
    });
    if (copied) return copied;
  }
  return undefined;
}

function ofName(dockerfile: ParsedDockerfile, name: string): Instruction | undefined {
  const step = /^\[(?:([^\]]*) )?(\d+)\/\d+\] (.*)$/s.exec(name);
  if (step) return ofStep(dockerfile, step[1] ?? '', Number(step[2]), step[3] ?? '');
  const image = /^(?:\[internal\] load metadata for|FROM) (\S+)/.exec(name)?.[1];
  return image === undefined ? undefined : ofImage(dockerfile, image);
}

/** The FROM with an image name that nobody could read, which BuildKit finds before there is a step. */
function ofUnreadable(dockerfile: ParsedDockerfile, text: string): Instruction | undefined {
  const name = /failed to parse stage name "([^"]*)"/.exec(text)?.[1];
  return dockerfile.stages.find(({ image }) => image === name)?.instructions[0];
}

/**
 * The instruction at which a build stopped: by its place where the engine counts instructions (classic), by stage,
 * place and text where it names steps (BuildKit).
 *
 * @param text what the engine said went wrong
 */
export function locateFailure(
  dockerfile: ParsedDockerfile,
  place: FailurePlace,
  text: string,
): Instruction | undefined {
  if (place.ordinal !== undefined) {
    const all = [...dockerfile.initial, ...dockerfile.stages.flatMap(({ instructions }) => instructions)];
    return all[place.ordinal - 1];
  }
  return place.step === undefined ? ofUnreadable(dockerfile, text) : ofName(dockerfile, place.step);
}
