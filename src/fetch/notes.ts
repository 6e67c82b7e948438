import type { ArchiveIndex } from './archive-index.ts';
import { forPeople } from './for-people.ts';

const mostNames = 5;

function list(names: readonly string[]): string {
  const named = names.slice(0, mostNames).map(forPeople).join(', ');
  return names.length > mostNames ? `${named} and ${names.length - mostNames} more` : named;
}

/** Folders of submodules, as `.gitmodules` names them. */
export function submodulePaths(gitmodules: string): readonly string[] {
  return [...gitmodules.matchAll(/^\s*path\s*=\s*"?(.*?)"?\s*$/gm)].map(([, path = '']) => path);
}

/** Patterns that `.gitattributes` marks as `export-ignore` (gitattributes(5)). */
function exportIgnored(gitattributes: string): readonly string[] {
  return gitattributes
    .split('\n')
    .map((line) => /^\s*("(?:[^"\\]|\\.)*"|\S+)\s(.*)$/.exec(line))
    .filter((line) => line !== null)
    .filter(([, pattern = '', attributes = '']) => {
      return !pattern.startsWith('#') && attributes.split(/\s+/).includes('export-ignore');
    })
    .map(([, pattern = '']) => pattern);
}

export function submoduleNote(empty: readonly string[]): readonly string[] {
  if (empty.length === 0) return [];
  return [`Submodules are not part of the source: the build sees ${list(empty)} without content.`];
}

export function lfsNote(pointers: readonly string[]): readonly string[] {
  if (pointers.length === 0) return [];
  const count = pointers.length === 1 ? '1 file is a' : `${pointers.length} files are`;
  const noun = pointers.length === 1 ? 'pointer' : 'pointers';
  return [`${count} Git LFS ${noun}, and the build does not see the real content: ${list(pointers)}.`];
}

export const gitFolderNote =
  'The build sees the folder `.git`, as with docker build, and every git command changes it: list it in `.dockerignore`.';

/** What a clone would have and GitHub's archive has not. */
export function archiveNotes(options: {
  index: ArchiveIndex;
  kept: ReadonlyMap<string, Buffer>;
  lfsPointers: readonly string[];
}): readonly string[] {
  const { index, kept, lfsPointers } = options;
  const submodules = submodulePaths(kept.get('.gitmodules')?.toString() ?? '');
  const empty = submodules.filter((path) => index.get(path)?.kind === 'folder' && index.isEmpty(path));
  const ignored = [...kept]
    .filter(([path]) => path === '.gitattributes' || path.endsWith('/.gitattributes'))
    .flatMap(([path, content]) => {
      const folder = path.slice(0, -'.gitattributes'.length);
      return exportIgnored(content.toString()).map((pattern) => folder + pattern);
    });
  const exportNote = `GitHub leaves out of its archive what \`.gitattributes\` marks as export-ignore: ${list(ignored)}.`;
  return [...submoduleNote(empty), ...lfsNote(lfsPointers), ...(ignored.length === 0 ? [] : [exportNote])];
}
