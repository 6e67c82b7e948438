import { askGit, runGit } from './run-git.ts';

export type FileChange = {
  readonly sha: string | null;
  readonly filename: string;
  readonly previous: string | undefined;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string | undefined;
};

export type DiffSize = {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
};

/** What a first commit is compared with. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const statuses: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

/** Where the history of a pull request left its base branch. */
export async function mergeBaseOf(gitDir: string, base: string, head: string): Promise<string> {
  return askGit(gitDir, ['merge-base', base, head]);
}

function countsOf(text: string): { additions: number; deletions: number } {
  const [added = '0', deleted = '0'] = text.split('\t');
  return { additions: Number.parseInt(added, 10) || 0, deletions: Number.parseInt(deleted, 10) || 0 };
}

/** Patches in the order in which git lists the files; undefined for a binary file. One whose type changed has two. */
function patchesOf(diff: string): (string | undefined)[] {
  const parts = diff.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
  return parts.map((part) => {
    const start = part.search(/^@@ /m);
    return start < 0 ? undefined : part.slice(start).replace(/\n$/, '');
  });
}

/** The changed files between two commits, as a pull request shows them. */
export async function diffCommits(gitDir: string, from: string, to: string): Promise<FileChange[]> {
  const common = ['diff', '-M', '--no-color', '--no-ext-diff', from, to];
  const [raw, numbers, patch] = await Promise.all([
    runGit(gitDir, [...common, '--raw', '-z', '--no-abbrev']),
    runGit(gitDir, [...common, '--numstat', '-z']),
    runGit(gitDir, common),
  ]);
  const patches = patchesOf(patch.toString('utf8'));
  const fields = raw.toString('utf8').split('\0');
  // With -z a renamed file's line ends after the counts; its two names follow as fields of their own.
  const counts = numbers
    .toString('utf8')
    .split('\0')
    .filter((field) => /^(\d+|-)\t(\d+|-)\t/.test(field));
  const changes: FileChange[] = [];
  while (fields.length > 1) {
    const [, , , newSha = '', letter = ''] = (fields.shift() ?? '').split(' ');
    const status = statuses[letter.slice(0, 1)] ?? 'modified';
    const first = fields.shift() ?? '';
    const renamed = status === 'renamed';
    const filename = renamed ? (fields.shift() ?? '') : first;
    const sha = /^0+$/.test(newSha) ? await oldSha(gitDir, from, filename) : newSha;
    const index = changes.length;
    const [patch] = patches.splice(0, status === 'changed' ? 2 : 1);
    changes.push({
      sha,
      filename,
      previous: renamed ? first : undefined,
      status,
      ...countsOf(counts[index] ?? ''),
      patch: status === 'changed' ? undefined : patch,
    });
  }
  return changes;
}

const oldSha = (gitDir: string, commit: string, path: string) => askGit(gitDir, ['rev-parse', `${commit}:${path}`]);

/** The names that a commit added, removed and modified, against its first parent. */
export async function changedNames(
  gitDir: string,
  commit: string,
): Promise<{ readonly added: string[]; readonly removed: string[]; readonly modified: string[] }> {
  const args = ['diff-tree', '--root', '--first-parent', '-m', '-r', '-z', '--no-commit-id', '--name-status', commit];
  const fields = (await askGit(gitDir, args)).split('\0');
  const names = (...letters: string[]) =>
    fields.filter((_, index) => index % 2 === 1 && letters.includes(fields[index - 1] ?? ''));
  return { added: names('A'), removed: names('D'), modified: names('M', 'T') };
}

/** The numbers in a pull request's head line. */
export async function diffSize(gitDir: string, mergeBase: string, head: string): Promise<DiffSize> {
  const [numbers, commits] = await Promise.all([
    askGit(gitDir, ['diff', '--numstat', '-M', mergeBase, head]),
    askGit(gitDir, ['rev-list', '--count', `${mergeBase}..${head}`]),
  ]);
  const lines = numbers.split('\n').filter(Boolean).map(countsOf);
  return {
    commits: Number(commits),
    additions: lines.reduce((sum, line) => sum + line.additions, 0),
    deletions: lines.reduce((sum, line) => sum + line.deletions, 0),
    changedFiles: lines.length,
  };
}
