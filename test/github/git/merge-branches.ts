import { askGit, tryGit } from './run-git.ts';
import type { Person } from './write-commit.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

const github: Person = { name: 'GitHub', email: 'noreply@github.com' };

export type BranchMerge = {
  readonly base: string;
  readonly head: string;
  readonly method: MergeMethod;
  readonly message: string;
  readonly author: Person;
};

function commitTree(
  gitDir: string,
  tree: string,
  parents: readonly string[],
  message: string,
  author: Person,
  date?: string,
): Promise<string> {
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: github.name,
    GIT_COMMITTER_EMAIL: github.email,
    ...(date === undefined ? {} : { GIT_AUTHOR_DATE: date }),
  };
  const from = parents.flatMap((parent) => ['-p', parent]);
  return askGit(gitDir, ['commit-tree', tree, ...from], { input: message, env });
}

/** The tree of a three-way merge, or undefined where it conflicts. */
async function mergeTree(gitDir: string, ours: string, theirs: string): Promise<string | undefined> {
  const args = ['merge-tree', '--write-tree', '--allow-unrelated-histories', ours, theirs];
  const { code, stdout } = await tryGit(gitDir, args, { accept: [0, 1] });
  return code === 0 ? stdout.toString('utf8').split('\n')[0] : undefined;
}

/** One commit applied on another. git 2.39 takes no `--merge-base`, so two commits are made whose common parent it is. */
async function pick(gitDir: string, onto: string, commit: string): Promise<string | undefined> {
  const format = '--format=%an%x00%ae%x00%ad%x00%B';
  const shown = await askGit(gitDir, ['show', '-s', '--date=raw', format, commit]);
  const [name = '', email = '', date = '', message = ''] = shown.split('\0');
  const parent = await commitTree(gitDir, `${commit}^1^{tree}`, [], 'base', github);
  const ours = await commitTree(gitDir, `${onto}^{tree}`, [parent], 'ours', github);
  const theirs = await commitTree(gitDir, `${commit}^{tree}`, [parent], 'theirs', github);
  const tree = await mergeTree(gitDir, ours, theirs);
  return tree === undefined ? undefined : commitTree(gitDir, tree, [onto], message, { name, email }, date);
}

/** What GitHub's merge button makes of two commits: the new commit, or undefined where they conflict. No branch moves. */
export async function mergeBranches(gitDir: string, merge: BranchMerge): Promise<string | undefined> {
  const { base, head, method, message, author } = merge;
  if (method !== 'rebase') {
    const tree = await mergeTree(gitDir, base, head);
    if (tree === undefined) return undefined;
    return commitTree(gitDir, tree, method === 'merge' ? [base, head] : [base], message, author);
  }
  const list = await askGit(gitDir, ['rev-list', '--reverse', '--no-merges', `${base}..${head}`]);
  let onto: string | undefined = base;
  for (const commit of list.split('\n').filter(Boolean)) {
    if (onto !== undefined) onto = await pick(gitDir, onto, commit);
  }
  return onto;
}
