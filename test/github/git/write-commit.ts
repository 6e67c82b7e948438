import { runGit } from './run-git.ts';

/** What a file becomes: text or bytes, with the executable bit, a symbolic link, a submodule's commit; null takes it away. */
type FileContent =
  | string
  | Buffer
  | { readonly executable: string | Buffer }
  | { readonly symlink: string }
  | { readonly submodule: string }
  | null;

export type Files = Readonly<Record<string, FileContent>>;

export type Person = { readonly name: string; readonly email: string };

export type NewCommit = {
  readonly branch: string;
  /** Commit or branch to start from; nothing for a first commit. */
  readonly parent: string | undefined;
  readonly files: Files;
  readonly message: string;
  readonly author: Person;
};

const quoted = (path: string) => `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;

function dataOf(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

function changeOf(path: string, content: FileContent): Buffer {
  const named = quoted(path);
  if (content === null) return Buffer.from(`D ${named}\n`);
  const inline = (mode: string, bytes: string | Buffer) =>
    Buffer.concat([Buffer.from(`M ${mode} inline ${named}\n`), dataOf(bytes)]);
  if (typeof content === 'string' || Buffer.isBuffer(content)) return inline('100644', content);
  if ('executable' in content) return inline('100755', content.executable);
  if ('symlink' in content) return inline('120000', content.symlink);
  return Buffer.from(`M 160000 ${content.submodule} ${named}\n`);
}

function* importOf(commit: NewCommit): Generator<Buffer> {
  const who = `${commit.author.name} <${commit.author.email}> ${Math.floor(Date.now() / 1000)} +0000`;
  yield Buffer.from(`commit refs/heads/${commit.branch}\nmark :1\nauthor ${who}\ncommitter ${who}\n`);
  yield dataOf(commit.message);
  if (commit.parent !== undefined) yield Buffer.from(`from ${commit.parent}\n`);
  for (const [path, content] of Object.entries(commit.files)) yield changeOf(path, content);
  yield Buffer.from('\nget-mark :1\n');
}

/** One commit on a branch, by one process whatever the number of files. Returns its id. */
export async function writeCommit(gitDir: string, commit: NewCommit): Promise<string> {
  const args = ['fast-import', '--quiet', '--force', '--date-format=raw'];
  return (await runGit(gitDir, args, { input: importOf(commit) })).toString('utf8').trim();
}
