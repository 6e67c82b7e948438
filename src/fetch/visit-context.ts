import type { ContextEntry } from '../context-entry.ts';
import { SlipwayError } from '../errors.ts';
import type { Entry, Visitor } from './entry.ts';
import { forPeople } from './for-people.ts';
import type { ContextPlan } from './prepare-context.ts';

/** Takes a context: each entry, and behind a file all of its bytes. A folder comes before what it holds. */
export type ContextSink = { begin(entry: ContextEntry): void; data(chunk: Buffer): void };

/**
 * Makes a context of a walk: entries below the context's folder, without what the ignore file takes out, with the modes
 * that a clone has. A folder that is taken out is sent nevertheless when something in it is not.
 */
export function visitContext({ base, matcher, kept }: ContextPlan, sink: ContextSink): Visitor {
  const sent = new Set<string>();

  function nameOf(path: string): string | undefined {
    if (base === '') return path;
    return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : undefined;
  }

  function sendAbove(name: string, mtime: number): void {
    const slash = name.lastIndexOf('/');
    const above = name.slice(0, Math.max(slash, 0));
    if (above === '' || sent.has(above)) return;
    sendAbove(above, mtime);
    sendFolder(above, mtime);
  }

  function sendFolder(name: string, mtime: number): void {
    if (sent.has(name)) return;
    sent.add(name);
    sink.begin({ name, kind: 'folder', mode: 0o755, size: 0, mtime, target: '' });
  }

  return {
    wants(entry) {
      const { path, kind } = entry;
      const name = nameOf(path);
      if (name === undefined) return kind === 'folder' && `${base}/`.startsWith(`${path}/`) ? 'inside' : 'no';
      if (kept.has(name) || !matcher.ignores(name)) {
        refuseUnsendable(entry);
        return 'yes';
      }
      if (kind !== 'folder') return 'no';
      const holdsKept = [...kept].some((each) => each.startsWith(`${name}/`));
      return holdsKept || matcher.mayHoldKept(name) ? 'inside' : 'no';
    },
    begin({ path, kind, executable, size, mtime, target }) {
      const name = nameOf(path);
      if (name === undefined || kind === 'other') return;
      sendAbove(name, mtime);
      if (kind === 'folder') sendFolder(name, mtime);
      else sink.begin({ name, kind, mode: kind === 'link' ? 0o777 : executable ? 0o755 : 0o644, size, mtime, target });
    },
    data: (chunk) => sink.data(chunk),
  };
}

function refuseUnsendable({ path, kind, target, leadsOut }: Entry): void {
  if (leadsOut) {
    throw new SlipwayError(
      'source-hostile',
      `${forPeople(path)} is a link that leads out of the repository, to ${forPeople(target)}.`,
      { help: 'Point it to something in the repository, or list it in `.dockerignore`.' },
    );
  }
  if (kind === 'other') {
    throw new SlipwayError('source-hostile', `${forPeople(path)} is a device or a named pipe.`, {
      help: 'List it in `.dockerignore`.',
    });
  }
}
