import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';

export type GitOptions = {
  /** Parts are made one after the other, as git reads them. */
  readonly input?: Buffer | string | Iterable<Buffer>;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are an answer; 0 alone where absent. */
  readonly accept?: readonly number[];
};

/** The machine's own git configuration must not change what the stand-in does. */
export const gitEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_LITERAL_PATHSPECS: '1',
});

/** Standard output of one git command on a bare repository, and its exit code. */
export function tryGit(
  gitDir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<{ readonly code: number; readonly stdout: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; stdout: Buffer }>();
  const child = spawn('git', ['--git-dir', gitDir, ...args], { env: { ...gitEnvironment(), ...options.env } });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.on('error', reject);
  child.on('close', (code) => {
    if (code !== null && (options.accept ?? [0]).includes(code)) resolve({ code, stdout: Buffer.concat(stdout) });
    else reject(new Error(`git ${args.join(' ')} ended with ${code}: ${Buffer.concat(stderr).toString().trim()}`));
  });
  // git may end before it has read everything; its exit code says why.
  child.stdin.on('error', () => {});
  const { input = '' } = options;
  if (typeof input === 'string' || Buffer.isBuffer(input)) child.stdin.end(input);
  else Readable.from(input).pipe(child.stdin);
  return promise;
}

/** Standard output of one git command on a bare repository. */
export async function runGit(gitDir: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  return (await tryGit(gitDir, args, options)).stdout;
}

/** The same as text, without the line's end. */
export async function askGit(gitDir: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await runGit(gitDir, args, options)).toString('utf8').trimEnd();
}
