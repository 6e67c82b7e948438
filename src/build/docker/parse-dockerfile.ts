import { type Arg, DockerfileParser, From, Label, Onbuild, type Instruction as Parsed } from 'dockerfile-ast';
import { SlipwayError } from '../../errors.ts';
import { expandVariables } from './expand-variables.ts';

/** The parser takes seconds and gigabytes for the megabytes and the thousands of stages that nobody writes. */
const most = { bytes: 128 * 1024, stages: 500, lookUps: 1000 };

function refuseSize(expected: string, found: number): SlipwayError {
  return new SlipwayError('dockerfile-invalid', `The Dockerfile is too large: expected ${expected}, found ${found}.`, {
    help: 'Shorten it; COPY files instead of writing them into the Dockerfile.',
  });
}

/** One instruction where it stands in the Dockerfile. Lines count from 1. */
export type Instruction = {
  /** In capitals: `RUN`. */
  readonly keyword: string;
  /** As it is written, with its line ends. */
  readonly text: string;
  readonly startLine: number;
  readonly endLine: number;
};

export type Stage = {
  /** In small letters, since the engine compares without regard to case. */
  readonly name: string | undefined;
  /** What stands behind FROM, with its variables expanded. */
  readonly image: string;
  /** The earlier stage that it is built FROM. */
  readonly parent: Stage | undefined;
  /** FROM first. */
  readonly instructions: readonly Instruction[];
  readonly labels: readonly string[];
  /** Labels that stages built FROM this one get by ONBUILD. */
  readonly onbuildLabels: readonly string[];
};

export type ParsedDockerfile = {
  /** ARG instructions before the first FROM. */
  readonly initial: readonly Instruction[];
  readonly stages: readonly Stage[];
};

type Variables = (name: string) => string | undefined;

function labelsOf(instructions: readonly Parsed[], variablesAt: (line: number) => Variables): string[] {
  const labels = instructions.filter((instruction) => instruction instanceof Label);
  return labels.flatMap((label) => {
    const variables = variablesAt(label.getRange().start.line);
    return label.getProperties().map((property) => expandVariables(property.getName(), variables));
  });
}

/** Values of the ARGs before the first FROM, the only ones that FROM sees. */
function initialVariables(args: readonly Arg[], given: Readonly<Record<string, string>>): Variables {
  const values = new Map<string, string>();
  for (const arg of args) {
    for (const property of arg.getProperties()) {
      const value = given[property.getName()] ?? expandVariables(property.getValue() ?? '', (name) => values.get(name));
      values.set(property.getName(), value);
    }
  }
  return (name) => values.get(name);
}

/**
 * The Dockerfile's stages and where its instructions stand. What the engine cannot read either has no stages here.
 *
 * @param args build arguments, which win over the defaults in ARG
 * @throws {SlipwayError} `dockerfile-invalid` above 128 KiB or 500 stages
 */
export function parseDockerfile(text: string, args: Readonly<Record<string, string>>): ParsedDockerfile {
  const size = Buffer.byteLength(text);
  if (size > most.bytes) throw refuseSize(`at most ${most.bytes} bytes`, size);
  const lines = text.split('\n');
  const file = DockerfileParser.parse(text);
  const variables = initialVariables(file.getInitialARGs(), args);

  function placed(instruction: Parsed): Instruction {
    const { start, end } = instruction.getRange();
    let last = end.line;
    // The parser counts empty lines behind a continuation to the instruction.
    while (last > start.line && (lines[last] ?? '').trim() === '') last -= 1;
    return {
      keyword: instruction.getKeyword(),
      text: lines.slice(start.line, last + 1).join('\n'),
      startLine: start.line + 1,
      endLine: last + 1,
    };
  }

  const initial: Instruction[] = [];
  const groups: { from: From; instructions: Parsed[] }[] = [];
  for (const instruction of file.getInstructions()) {
    const group = groups.at(-1);
    if (instruction instanceof From) groups.push({ from: instruction, instructions: [instruction] });
    else if (group) group.instructions.push(instruction);
    else initial.push(placed(instruction));
  }

  if (groups.length > most.stages) throw refuseSize(`at most ${most.stages} stages`, groups.length);

  let lookUps = 0;

  /** Inside of a stage, build arguments count where ARG names them. */
  const variablesAt =
    (line: number): Variables =>
    (name) => {
      lookUps += 1;
      // Each goes through all instructions above.
      if (lookUps > most.lookUps) return undefined;
      const value = file.resolveVariable(name, line);
      return value === undefined ? undefined : (args[name] ?? value ?? variables(name));
    };

  const stages: Stage[] = [];
  for (const { from, instructions } of groups) {
    const image = expandVariables(from.getImage() ?? '', variables);
    const triggers = instructions
      .filter((instruction) => instruction instanceof Onbuild)
      .flatMap((onbuild) => onbuild.getTriggerInstruction() ?? []);
    stages.push({
      name: from.getBuildStage()?.toLowerCase(),
      image,
      parent: stages.findLast(({ name }) => name !== undefined && name === image.toLowerCase()),
      instructions: instructions.map(placed),
      labels: labelsOf(instructions, variablesAt),
      onbuildLabels: labelsOf(triggers, variablesAt),
    });
  }
  return { initial, stages };
}

/** The stage that `target` names or counts; the last one without it. */
export function targetStage(dockerfile: ParsedDockerfile, target: string | undefined): Stage | undefined {
  const { stages } = dockerfile;
  if (target === undefined) return stages.at(-1);
  const named = stages.findLast(({ name }) => name === target.toLowerCase());
  return named ?? (/^\d+$/.test(target) ? stages[Number(target)] : undefined);
}
