// Sees to the dependencies and to Node.js, before every npm script that needs them. It runs on the machine's own
// Node.js, before anything is installed: plain JavaScript, Node 20, no imports but built-in ones.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = path.join(root, 'node_modules');
/** From the package node-linux-*, where the platform has one; npm scripts find it before the machine's. */
const ownNode = path.join(modules, '.bin', 'node');

const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/**
 * Whether node_modules holds what package-lock.json says. npm keeps its own account of that beside the packages, and
 * writes it last: an installation that was cut off has none.
 */
function isInstalled() {
  if (!existsSync(path.join(modules, '.package-lock.json'))) return false;
  const wanted = readJson('package-lock.json').packages;
  const found = readJson('node_modules/.package-lock.json').packages;
  // npm leaves these out where the platform is another one, or for production.
  const optional = (entry) =>
    entry.optional || entry.devOptional || entry.peer || (entry.dev && process.env.NODE_ENV === 'production');
  const same = (name) =>
    wanted[name] && wanted[name].version === found[name].version && wanted[name].integrity === found[name].integrity;
  return (
    Object.keys(found).every(same) &&
    Object.entries(wanted).every(([name, entry]) => name === '' || found[name] || optional(entry))
  );
}

function install() {
  console.log('Installing the dependencies with npm ci ...');
  const started = Date.now();
  // No dependency needs its install script (ssh2 and cpu-features would build add-ons for the machine's Node.js, which
  // is not the one that runs them), and what does not run cannot do harm.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, 'ci', ...options]] : ['npm', ['ci', ...options]];
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error) fail(`npm cannot be run: ${error.message}`);
  if (status !== 0) fail('npm ci failed; what it said stands above.');
  // On a Linux without glibc the packaged Node.js is there and cannot run.
  if (existsSync(ownNode) && spawnSync(ownNode, ['--version']).status !== 0) rmSync(ownNode);
  console.log(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

function checkNode() {
  if (existsSync(ownNode)) return;
  const needed = readJson('package.json').engines.node.replace('>=', '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = needed.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  fail(`Slipway needs Node.js ${needed} or newer, and this is ${process.versions.node}: install a newer one.`);
}

if (!isInstalled()) install();
checkNode();
