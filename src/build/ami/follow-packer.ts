import { type AmiId, parseAmiIds } from '../../ami-ids.ts';
import type { BuildEvent } from '../../build-terms.ts';
import { stepLog } from '../docker/step-log.ts';
import { wholeLines } from '../docker/whole-lines.ts';
import { parseMessage } from './parse-message.ts';
import type { Redactor } from './redactor.ts';

/** What Packer's output told. */
export type PackerStory = {
  /** The machine images that it made. */
  readonly ids: readonly AmiId[];
  /** Its errors, each once, in order. */
  readonly errors: readonly string[];
  /** What it printed as an error, for those that come before any build. */
  readonly complaints: readonly string[];
  /** Each `==> build: doing something` in order, without the build's name. */
  readonly said: readonly string[];
  /** The last lines of output. */
  readonly tail: readonly string[];
  /** Names of things that Packer makes and takes away again: instances, key pairs, security groups. */
  readonly mentioned: ReadonlySet<string>;
};

export type PackerFollower = {
  add(chunk: Uint8Array): void;
  /** Nothing more comes. */
  end(): PackerStory;
};

const tailLines = 30;
const temporary = /\b(?:i|sg|snap|vol)-[0-9a-f]{8,17}\b|\bpacker_[0-9a-f-]{36}\b/g;

/** Reads Packer's machine-readable output: people see the plain text, as steps with their output. */
export function followPacker(options: { redactor: Redactor; onEvent(event: BuildEvent): void }): PackerFollower {
  const { redactor, onEvent } = options;
  const decoder = new TextDecoder();
  const lines = wholeLines();
  const log = stepLog(onEvent);
  const ids = new Map<string, AmiId>();
  const errors = new Set<string>();
  const complaints: string[] = [];
  const said: string[] = [];
  const mentioned = new Set<string>();
  /** The step that each of the template's builds is in. */
  const current = new Map<string, { id: string; name: string; startedAt: Date }>();
  let tail: string[] = [];
  let count = 0;

  function begin(target: string, text: string): void {
    const before = current.get(target);
    const now = new Date();
    if (before !== undefined) log.step({ ...before, endedAt: now, cached: false });
    count += 1;
    const step = { id: `packer-${count}`, name: `${target}: ${text}`, startedAt: now };
    current.set(target, step);
    log.step({ ...step, cached: false });
    said.push(text);
  }

  function show(kind: string, text: string): void {
    for (const name of text.match(temporary) ?? []) mentioned.add(name);
    tail = [...tail, ...text.split('\n').filter((line) => line.trim() !== '')].slice(-tailLines);
    const [, target = '', what = ''] = /^==> ([\w.*-]+): (.*)/.exec(text) ?? [];
    if (kind === 'error') complaints.push(text.trim());
    if (kind === 'say' && target !== '') begin(target, what);
    const of = /^\s*(?:==>|-->)?\s*([\w.*-]+): /.exec(text)?.[1] ?? target;
    log.output(current.get(of)?.id, `${text}\n`);
  }

  function take(line: string): void {
    const message = parseMessage(line);
    const { type, data } = message ?? { type: 'ui', data: ['other', line] };
    if (type === 'ui') show(data[0] ?? '', data.slice(1).join(','));
    if (type === 'error') errors.add(data.join(',').trim());
    if (type === 'artifact' && data[1] === 'id') {
      for (const id of parseAmiIds(data.slice(2).join(','))) ids.set(`${id.region}:${id.id}`, id);
    }
  }

  const takeAll = (pieces: readonly string[]): void => {
    for (const piece of pieces) for (const line of piece.split('\n').slice(0, -1)) take(line);
  };

  return {
    add: (chunk) => takeAll(lines.add(redactor.add(decoder.decode(chunk, { stream: true })))),
    end() {
      takeAll(lines.add(redactor.add(decoder.decode())));
      takeAll(lines.add(redactor.end()));
      takeAll(lines.end());
      log.end(new Date());
      return { ids: [...ids.values()], errors: [...errors], complaints, said, tail, mentioned };
    },
  };
}
