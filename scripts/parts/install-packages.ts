import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Something that must be there, and the Debian package that brings it. */
export type Need = {
  /** For people: `docker-registry`. */
  readonly what: string;
  readonly package: string;
  isThere(): boolean;
};

/** Where programs are; Debian keeps daemons in folders that are not on everybody's PATH. */
const folders = (): string[] => [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];

/** Something is missing that only a person can bring. The message is one sentence for that person. */
export class MissingPart extends Error {}

export function findCommand(name: string): string | undefined {
  return folders()
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
}

/** A program that must be there. */
export function command(name: string, packageName = name): Need {
  return { what: name, package: packageName, isThere: () => findCommand(name) !== undefined };
}

/** A file that must be there, as a pattern. */
export function file(pattern: string, packageName: string): Need {
  return { what: packageName, package: packageName, isThere: () => globSync(pattern).length > 0 };
}

async function apt(...args: string[]): Promise<void> {
  await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 2 ** 26,
    timeout: 600_000,
  });
}

/** What a failed command said last. */
function lastLine(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return said.trim().split('\n').at(-1) ?? '';
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  const install = (): Promise<void> => apt('install', '--yes', '--quiet', '--no-install-recommends', ...packages);
  try {
    await install();
  } catch {
    // The lists of packages are missing or old.
    await apt('update', '--quiet');
    await install();
  }
}

/**
 * Sees to it that everything needed is there, with apt-get where that is possible. Says what it installs.
 *
 * @throws {MissingPart}
 */
export async function installPackages(needs: readonly Need[], log: (line: string) => void): Promise<void> {
  const missing = needs.filter((need) => !need.isThere());
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((need) => need.package))];
  const names = missing.map((need) => need.what).join(', ');
  if (process.getuid?.() !== 0 || findCommand('apt-get') === undefined) {
    throw new MissingPart(`Missing here: ${names} (Debian: ${packages.join(', ')}). Install them, or run as root.`);
  }
  log(`Installing Debian's packages ${packages.join(', ')} ...`);
  try {
    await aptInstall(packages);
  } catch (cause) {
    throw new MissingPart(`apt-get could not install ${packages.join(', ')}: ${lastLine(cause)}`, { cause });
  }
  const still = needs.filter((need) => !need.isThere());
  if (still.length > 0)
    throw new MissingPart(`Installed, and still missing: ${still.map((need) => need.what).join(', ')}.`);
}
