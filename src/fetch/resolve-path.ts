import type { Found, Tree } from './entry.ts';

/** Where a path leads when its links are followed. */
export type Resolved =
  | { readonly kind: 'found'; readonly path: string; readonly found: Found; readonly links: readonly string[] }
  | { readonly kind: 'nothing' }
  /** `link` is the link that leads out of the tree, undefined when the path itself does. */
  | { readonly kind: 'outside'; readonly link: string | undefined };

/** As Linux has it (path_resolution(7)). */
const mostLinks = 40;
const root: Found = { kind: 'folder', target: '' };

/**
 * Follows a path through a tree as a file system would, with the tree's root as the only root: an absolute link, or one
 * with too many `..`, leads out. What is behind something that does not exist is taken by its name.
 */
export async function resolvePath(
  look: Tree['look'],
  path: string,
  { followLast }: { followLast: boolean },
): Promise<Resolved> {
  const todo = path.split('/').reverse();
  const done: string[] = [];
  const links: string[] = [];
  let found: Found | undefined = root;
  while (todo.length > 0) {
    const part = todo.pop() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (done.length === 0) return { kind: 'outside', link: links.at(-1) };
      done.pop();
      found = await lookAt(look, done);
      continue;
    }
    const here = [...done, part].join('/');
    const next: Found | undefined = found?.kind === 'folder' ? await look(here) : undefined;
    if (next?.kind === 'link' && (followLast || todo.length > 0)) {
      if (next.target.startsWith('/')) return { kind: 'outside', link: here };
      links.push(here);
      if (links.length > mostLinks) return { kind: 'nothing' };
      todo.push(...next.target.split('/').reverse());
    } else {
      done.push(part);
      found = next;
    }
  }
  return found === undefined ? { kind: 'nothing' } : { kind: 'found', path: done.join('/'), found, links };
}

async function lookAt(look: Tree['look'], parts: readonly string[]): Promise<Found | undefined> {
  return parts.length === 0 ? root : await look(parts.join('/'));
}
