import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { removeLeftOvers } from '../../../scripts/parts/open-run-folder.ts';
import { baseImage } from '../../support/parts.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../../..');
const withEngine = `
  import { openRunFolder } from './scripts/parts/open-run-folder.ts';
  import { startEngine } from './scripts/parts/start-engine.ts';
  const folder = await openRunFolder();
  const engine = await startEngine(folder);
  console.log(JSON.stringify({ name: folder.name, short: folder.short, state: folder.state, host: engine.host }));
  process.stdin.once('end', async () => {
    await engine.stop();
    await folder.close();
    process.exit();
  }).resume();
`;

type Told = { readonly name: string; readonly short: string; readonly state: string; readonly host: string };

async function startWithEngine(): Promise<{ child: ChildProcess; told: Told }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', withEngine], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, told: JSON.parse(line) };
}

/** Runs a container that would go on for a day. */
async function runContainer(host: string): Promise<void> {
  await run('docker', ['--host', host, 'run', '--detach', baseImage(), 'sleep', '86400']);
}

/** Command lines of the processes that came of the run: its engine, its shims, its containers. */
async function processesOf({ short, state, name }: Told): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const of = async (id: string): Promise<string[]> => {
    const [line, groups] = await Promise.all(
      ['cmdline', 'cgroup'].map((file) => readFile(`/proc/${id}/${file}`, 'utf8').catch(() => '')),
    );
    return line && [short, state, name].some((text) => `${line}${groups}`.includes(text)) ? [line] : [];
  };
  return (await Promise.all(ids.map(of))).flat();
}

const traces = ({ name, short, state }: Told): string[] =>
  [short, state, `/sys/class/net/${name}`].filter((file) => existsSync(file));

const needsRoot = { skip: process.getuid?.() === 0 ? false : 'only root can start an engine' };

it(
  'an engine and its containers end with a process that is killed, and the next run removes the rest',
  needsRoot,
  async () => {
    const { child, told } = await startWithEngine();
    await runContainer(told.host);
    assert.ok((await processesOf(told)).some((line) => line.includes('86400')));
    child.kill('SIGKILL');
    await until('the end of its processes', async () => (await processesOf(told)).length === 0);
    assert.equal(traces(told).length, 3);
    await removeLeftOvers();
    assert.deepEqual(traces(told), []);
  },
);

it('an engine that is stopped leaves nothing, and one that runs beside it is left alone', needsRoot, async () => {
  const [one, other] = [await startWithEngine(), await startWithEngine()];
  await runContainer(one.told.host);
  one.child.stdin?.end();
  await once(one.child, 'exit');
  assert.deepEqual([traces(one.told), await processesOf(one.told)], [[], []]);
  await removeLeftOvers();
  assert.equal(traces(other.told).length, 3);
  await runContainer(other.told.host);
  other.child.stdin?.end();
  await once(other.child, 'exit');
  assert.deepEqual(traces(other.told), []);
});
