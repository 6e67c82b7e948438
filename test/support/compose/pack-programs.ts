import { execFile } from 'node:child_process';
import { globSync, realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The libraries of a program or a library; none of what is neither. */
async function librariesOf(file: string): Promise<string[]> {
  const { stdout } = await run('ldd', [file]).catch(() => ({ stdout: '' }));
  return stdout.match(/\/\S+/g) ?? [];
}

/**
 * A tar of this machine's programs with the libraries that they need, for an image of the same Debian.
 *
 * @param from patterns of files and folders
 * @param to the tar
 */
export async function packPrograms(from: readonly string[], to: string): Promise<void> {
  const files = from.flatMap((pattern) => globSync(pattern));
  const found =
    files.length > 0 ? await run('find', ['-L', ...files, '-type', 'f'], { maxBuffer: 2 ** 26 }) : undefined;
  const programs = (found?.stdout ?? '').split('\n').filter((file) => file !== '');
  const needing = programs.filter((file) => /\/s?bin\/|\.so[.\d]*$/.test(file));
  const libraries = await Promise.all(needing.map(librariesOf));
  // Where /lib is a link to usr/lib it must stay one in the image.
  const real = (file: string) => path.join(realpathSync(path.dirname(file)), path.basename(file));
  const all = [...new Set([...programs, ...libraries.flat()].map(real))];
  await mkdir(path.dirname(to), { recursive: true });
  const names = all.map((file) => file.slice(1));
  const child = run('tar', ['--create', '--dereference', '--directory=/', `--file=${to}`, '--files-from=-']);
  child.child.stdin?.end(names.join('\n'));
  await child;
}
