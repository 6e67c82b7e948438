import { LineCounter, parseDocument } from 'yaml';

/** What Packer says when a provisioner of a type begins. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^Running local shell script/, 'shell-local'],
  [/^Provisioning with shell script/, 'shell'],
  [/^Uploading /, 'file'],
  [/^Provisioning with Ansible/, 'ansible'],
  [/^Provisioning with Powershell/i, 'powershell'],
];

const typeOf = (said: string): string | undefined => beginnings.find(([words]) => words.test(said))?.[1];

function lineOfIndex(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Line of the `count`-th provisioner of a type (from 0) in a template of JSON. */
function lineInJson(text: string, type: string, count: number): number | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const all = document.get('provisioners') as
    | { items?: readonly { get?(key: string, keep: true): unknown }[] }
    | undefined;
  const found = (all?.items ?? [])
    .map((item) => item.get?.('type', true) as { value?: unknown; range?: readonly number[] } | undefined)
    .filter((node) => node?.value === type)[count];
  const start = found?.range?.[0];
  return start === undefined ? undefined : lines.linePos(start).line;
}

function lineInHcl(text: string, type: string, count: number): number | undefined {
  const found = [...text.matchAll(/^[ \t]*provisioner[ \t]+"([^"]+)"/gm)].filter(([, name]) => name === type)[count];
  return found && lineOfIndex(text, found.index);
}

/**
 * The line of the template that a failed run points to: where Packer names one itself, else that of the provisioner that
 * was at work. Undefined where there is none to be told.
 *
 * @param said what Packer said that it does, in order
 */
export function locateFailure(options: {
  readonly template: string;
  readonly text: string;
  readonly said: readonly string[];
  readonly words: string;
}): number | undefined {
  const { template, text, said, words } = options;
  const [, named] = /\bon \S+ line (\d+)/.exec(words) ?? /\bAt line (\d+), column/.exec(words) ?? [];
  if (named !== undefined) return Number(named);
  const types = said.map(typeOf);
  const last = types.findLastIndex((type) => type !== undefined);
  const type = types[last];
  if (type === undefined) return undefined;
  const count = types.slice(0, last).filter((other) => other === type).length;
  const isJson = template.endsWith('.json');
  try {
    return isJson ? lineInJson(text, type, count) : lineInHcl(text, type, count);
  } catch {
    // A template that Packer reads and we do not has no line, which costs the annotation only.
    return undefined;
  }
}
