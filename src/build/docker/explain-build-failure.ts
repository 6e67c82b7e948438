import { type ErrorCode, type ErrorDetails, SlipwayError } from '../../errors.ts';
import type { Annotation } from '../../terms.ts';
import { explainBaseImage } from './explain-base-image.ts';
import { explainEngineError } from './explain-engine-error.ts';
import type { FailurePlace } from './follower.ts';
import { locateFailure } from './locate-failure.ts';
import type { Instruction, ParsedDockerfile } from './parse-dockerfile.ts';

export type BuildFailure = {
  /** What the engine said. */
  readonly text: string;
  readonly exitCode: number | undefined;
  readonly place: FailurePlace;
  readonly dockerfile: ParsedDockerfile;
  /** Where the Dockerfile stands in the repository. */
  readonly dockerfilePath: string;
  readonly target: string | undefined;
};

type Said = { readonly code: ErrorCode; readonly message: string; readonly help: string } & Pick<
  ErrorDetails,
  'fault' | 'transient'
>;
type At = { readonly file: string; readonly instruction: Instruction | undefined };

const missingFile =
  /(?:failed to (?:compute cache key|calculate checksum)[\s\S]*?|(?:COPY|ADD) failed[\s\S]*?(?:stat |not found[^:]*: ))"?([^\s":]+)"?:? (?:not found|file does not exist|no such file)/i;

/** `RUN in line 4 of Dockerfile` */
function where({ file, instruction }: At): string {
  return instruction ? `${instruction.keyword} in line ${instruction.startLine} of ${file}` : `A step of ${file}`;
}

function explainExit(at: At, exitCode: number, tail: readonly string[]): Said {
  const full = tail.some((line) => /no space left on device/i.test(line));
  const killed = exitCode === 137;
  return {
    code: 'build-failed',
    message: `${where(at)} ended with exit code ${exitCode}.`,
    help: full
      ? 'The step said that no space is left: look at the engine’s disk, else at what the step writes.'
      : killed
        ? 'The step was killed, mostly because memory ran out: let it use less, or give the engine more.'
        : 'Mend what the step says in its last lines, and merge the change.',
  };
}

function explainMissing(at: At, name: string): Said {
  const fromStage = /--from=/.test(at.instruction?.text ?? '');
  const file = name.startsWith('/') ? name.slice(1) : name;
  return {
    code: 'build-failed',
    message: `${where(at)} did not find \`${file}\`.`,
    help: fromStage
      ? `\`${file}\` is not in the stage or image that --from names.`
      : `\`${file}\` is not in the context: missing in the repository, or left out by .dockerignore.`,
  };
}

function explainDockerfile(at: At, text: string): Said | undefined {
  const parsed = /parse error (?:on )?line \d+: (.*)/is.exec(text)?.[1];
  if (parsed !== undefined) {
    return {
      code: 'dockerfile-invalid',
      message: `${at.file} cannot be read: ${parsed.trim()}.`,
      help: 'Mend the line; the Dockerfile reference lists what may stand there.',
    };
  }
  if (/Cannot locate specified Dockerfile|failed to read dockerfile/i.test(text)) {
    return {
      code: 'dockerfile-missing',
      message: `The engine found no ${at.file} in the context.`,
      help: 'Add it, or name another one as `dockerfile` in .github/slipway.yml.',
    };
  }
  if (
    /cannot be empty|no instructions|no build stage|circular dependency|invalid reference format|invalid from flag value|failed to parse|forbidden path outside|No image was generated|failed to create LLB definition/i.test(
      text,
    )
  ) {
    return {
      code: 'dockerfile-invalid',
      message: `${at.file} cannot be built: ${text.split('failed to create LLB definition: ').at(-1)}.`,
      help: 'Mend the Dockerfile, and merge the change.',
    };
  }
  return undefined;
}

function explainTarget(text: string, target: string | undefined, file: string): Said | undefined {
  if (!/failed to reach build target|target stage .* could not be found/i.test(text)) return undefined;
  return {
    code: 'configuration-invalid',
    message: `${file} has no stage \`${target ?? ''}\`, which \`build.target\` names.`,
    help: 'Name a stage of the Dockerfile as `build.target` in .github/slipway.yml, or leave it out.',
  };
}

/** What the machines did, although it is said in the middle of a step. */
function explainMachine(text: string): SlipwayError | undefined {
  const cause = new Error(text);
  if (/no space left on device/i.test(text)) return explainEngineError(cause, 'building the image');
  if (/context canceled|connection is closing|transport is closing|shutting down/i.test(text)) {
    return explainEngineError(Object.assign(cause, { code: 'ECONNABORTED' }), 'building the image');
  }
  if (
    /could not find bridge|failed to create endpoint|cgroup|failed to mount|read-only file system|input\/output error/i.test(
      text,
    )
  ) {
    return new SlipwayError('engine-unavailable', `The engine could not run a step: ${text}`, {
      help: 'Look at the engine’s own log; the Dockerfile is not the cause.',
      cause,
    });
  }
  return undefined;
}

function explain(failure: BuildFailure, at: At): Said {
  const { text, place, target } = failure;
  const exit = failure.exitCode ?? Number(/exit code: (\d+)|non-zero code: (\d+)/.exec(text)?.slice(1).find(Boolean));
  if (!Number.isNaN(exit)) return explainExit(at, exit, place.tail);
  const missing = missingFile.exec(text)?.[1];
  if (missing !== undefined) return explainMissing(at, missing);
  return (
    explainTarget(text, target, at.file) ??
    explainBaseImage(text, place, at.instruction) ??
    explainDockerfile(at, text) ?? {
      code: 'build-failed',
      message: `${where(at)} failed: ${text}`,
      help: 'Mend what the engine says, and merge the change.',
    }
  );
}

function annotationOf(failure: BuildFailure, instruction: Instruction | undefined, said: Said): Annotation | undefined {
  const line = Number(/parse error (?:on )?line (\d+)/i.exec(failure.text)?.[1]);
  const span = Number.isNaN(line) ? instruction : { startLine: line, endLine: line };
  if (!span) return undefined;
  const { startLine, endLine } = span;
  const title = instruction ? `${instruction.keyword} failed` : 'The Dockerfile cannot be built';
  return { path: failure.dockerfilePath, startLine, endLine, title, message: `${said.message} ${said.help}` };
}

/** What the engine's words about a build mean: code, fault, sentence, the line of the Dockerfile, the step's last lines. */
export function explainBuildFailure(failure: BuildFailure): SlipwayError {
  const machine = explainMachine(failure.text);
  if (machine) return machine;
  const instruction = locateFailure(failure.dockerfile, failure.place, failure.text);
  const said = explain(failure, { file: failure.dockerfilePath, instruction });
  const annotation = annotationOf(failure, instruction, said);
  const { code, message, help, fault, transient } = said;
  return new SlipwayError(code, message, {
    help,
    ...(fault && { fault }),
    ...(transient && { transient }),
    ...(annotation && said.fault !== 'ours' && { annotation }),
    ...(failure.place.tail.length > 0 && { tail: failure.place.tail }),
    cause: new Error(failure.text),
  });
}
