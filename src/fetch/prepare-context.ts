import { posix } from 'node:path';
import { SlipwayError } from '../errors.ts';
import type { Tree } from './entry.ts';
import { forPeople } from './for-people.ts';
import { type IgnoreMatcher, ignoreMatcher } from './ignore-matcher.ts';
import { ignoreRules } from './ignore-rules.ts';
import { readSmallFile } from './read-small-file.ts';
import { resolvePath } from './resolve-path.ts';

/** What of a tree goes into a build context. */
export type ContextPlan = {
  /** The context's folder in the tree; empty for the root. */
  readonly base: string;
  readonly matcher: IgnoreMatcher;
  /** Relative to `base`: sent although the ignore file names them. */
  readonly kept: ReadonlySet<string>;
};

/**
 * Finds a context's folder, Dockerfile and ignore file. `NAME.dockerignore` beside a Dockerfile NAME goes before
 * `.dockerignore` in the context's folder. The Dockerfile and the ignore file are always sent, as the docker client does:
 * the engine reads both, and the classic builder then takes them out itself.
 *
 * @throws {SlipwayError} `configuration-invalid`, `dockerfile-missing`, `source-hostile`
 */
export async function prepareContext(
  tree: Pick<Tree, 'look' | 'bytes'>,
  options: { path: string; dockerfile?: string },
): Promise<ContextPlan> {
  const folder = await resolvePath(tree.look, options.path, { followLast: true });
  if (folder.kind !== 'found' || folder.found.kind !== 'folder') {
    const found = folder.kind === 'found' ? `a ${folder.found.kind}` : 'none';
    throw new SlipwayError('configuration-invalid', `Expected a folder ${forPeople(options.path)}, found ${found}.`, {
      help: 'Mend `services[].path` in `.github/slipway.yml`.',
    });
  }
  const base = folder.path;
  const inTree = (path: string): string => posix.join(base, path);
  const kept = new Set<string>();
  const keep = (path: string): void => {
    if (isWithin(path, base)) kept.add(base === '' ? path : path.slice(base.length + 1));
  };

  const { dockerfile } = options;
  if (dockerfile !== undefined) {
    const { path, links } = await findDockerfile(tree, base, dockerfile);
    for (const each of [path, ...links]) keep(each);
  }

  for (const name of [...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]), '.dockerignore']) {
    const file = inTree(name);
    const text = await readSmallFile(tree, file);
    if (text === undefined) continue;
    keep(file);
    return { base, kept, matcher: ignoreMatcher(ignoreRules(text, file)) };
  }
  return { base, kept, matcher: ignoreMatcher([]) };
}

function isWithin(path: string, base: string): boolean {
  return base === '' || path.startsWith(`${base}/`);
}

async function findDockerfile(
  { look }: Pick<Tree, 'look'>,
  base: string,
  dockerfile: string,
): Promise<{ readonly path: string; readonly links: readonly string[] }> {
  const written = posix.join(base, dockerfile);
  const resolved = await resolvePath(look, written, { followLast: true });
  if (resolved.kind === 'found' && resolved.found.kind === 'file') {
    if (isWithin(resolved.path, base)) return resolved;
    throw missing(written, `one outside of the folder ${forPeople(base)}, which is all that the build sees`);
  }
  if (resolved.kind === 'outside') throw missing(written, 'a link that leads out of the repository');
  if (resolved.kind === 'found') throw missing(written, `a ${resolved.found.kind}`);
  const small = posix.join(base, dockerfile.toLowerCase());
  const other = small === written ? undefined : await look(small);
  throw missing(written, other === undefined ? 'nothing' : `${forPeople(small)} (the case of the name counts)`);
}

function missing(expected: string, found: string): SlipwayError {
  return new SlipwayError('dockerfile-missing', `Expected a Dockerfile at ${forPeople(expected)}, found ${found}.`, {
    help: 'Add one, or name another with `services[].dockerfile` in `.github/slipway.yml`. What `.gitattributes` marks as export-ignore is not in GitHub’s archive.',
  });
}
