import { askGit, runGit, tryGit } from './run-git.ts';

export type TreeEntry = {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size: number;
  readonly path: string;
};

export type CommitData = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string; readonly date: Date };
  readonly committer: { readonly name: string; readonly email: string; readonly date: Date };
  readonly message: string;
};

/** Whole ids of commits that were found, by repository: a commit never goes away again. */
const foundCommits = new Map<string, Set<string>>();

/** The commit that a branch, tag or (shortened) id names, or undefined. */
export async function resolveCommit(gitDir: string, ref: string): Promise<string | undefined> {
  const found = foundCommits.get(gitDir) ?? new Set();
  foundCommits.set(gitDir, found);
  if (found.has(ref)) return ref;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { code, stdout } = await tryGit(gitDir, args, { accept: [0, 1, 128] });
  if (code !== 0) return undefined;
  const commit = stdout.toString('utf8').trim();
  found.add(commit);
  return commit;
}

function entriesOf(listing: Buffer): TreeEntry[] {
  const lines = listing.toString('utf8').split('\0').filter(Boolean);
  return lines.map((line) => {
    const [, mode = '', type = '', sha = '', size = '', path = ''] =
      /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t([\s\S]*)$/.exec(line) ?? [];
    return { mode, type: type as TreeEntry['type'], sha, size: size === '-' ? 0 : Number(size), path };
  });
}

/** The entry at a path of a commit, or undefined. */
export async function entryAt(gitDir: string, commit: string, path: string): Promise<TreeEntry | undefined> {
  const listing = await runGit(gitDir, ['ls-tree', '-z', '-l', '--full-tree', commit, path]);
  return entriesOf(listing).find((entry) => entry.path === path);
}

/** What a tree holds; `recursive` goes down and lists the folders too. */
export async function listTree(gitDir: string, treeish: string, recursive = false): Promise<TreeEntry[] | undefined> {
  const args = ['ls-tree', '-z', '-l', '--full-tree', ...(recursive ? ['-r', '-t'] : []), treeish];
  const { code, stdout } = await tryGit(gitDir, args, { accept: [0, 128] });
  return code === 0 ? entriesOf(stdout) : undefined;
}

export async function readBlob(gitDir: string, sha: string): Promise<Buffer> {
  return runGit(gitDir, ['cat-file', 'blob', sha]);
}

/** `blob`, `tree`, `commit` or `tag`, or undefined where there is no such object. */
export async function objectType(gitDir: string, sha: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
  const { code, stdout } = await tryGit(gitDir, ['cat-file', '-t', sha], { accept: [0, 1, 128] });
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

function personOf(line: string): CommitData['author'] {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<(.*)> (\d+) [+-]\d{4}$/.exec(line) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000) };
}

export async function readCommit(gitDir: string, sha: string): Promise<CommitData> {
  const text = (await runGit(gitDir, ['cat-file', 'commit', sha])).toString('utf8');
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end).split('\n');
  const all = (key: string) =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return {
    sha,
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: personOf(all('author')[0] ?? ''),
    committer: personOf(all('committer')[0] ?? ''),
    message: text.slice(end + 2).trimEnd(),
  };
}

/** Ids of the newest commits from `ref` on, newest first. */
export async function listCommits(
  gitDir: string,
  ref: string,
  args: readonly string[] = [],
  paths: readonly string[] = [],
): Promise<string[]> {
  const list = await askGit(gitDir, ['rev-list', '--max-count=1000', ...args, ref, '--', ...paths]);
  return list.split('\n').filter(Boolean);
}
