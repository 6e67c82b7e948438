import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { findCommand } from '../../../../scripts/parts/install-packages.ts';
import { putProbe } from '../../../../src/push/put-probe.ts';
import { clientOf, type OwnRegistry, ownRegistry, passwordIn } from '../../../support/own-registry.ts';
import { never } from '../../../support/registry-client.ts';
import { until } from '../../../support/until.ts';

const exec = promisify(execFile);
/** Everything that shells, units and crontabs read in another way than it stands there. */
const odd = `data of 100%h $HOME "it's"`;
const how = ['--process'];

const answers = async (registry: OwnRegistry): Promise<boolean> => (await registry.run('status')).status === 0;
const killProcess = async ({ data }: OwnRegistry): Promise<void> => {
  process.kill(Number(await readFile(path.join(data, 'registry.pid'), 'utf8')), 'SIGKILL');
};
const crontabOf = async ({ programs }: OwnRegistry): Promise<string> =>
  await readFile(path.join(programs, 'lines'), 'utf8');

/** What cron does when the machine starts: a shell without a terminal, and with next to no environment. */
async function startByCron(registry: OwnRegistry): Promise<void> {
  for (const line of (await crontabOf(registry)).split('\n')) {
    // What follows an open `%` is the command's input.
    const command = /^@reboot ((?:[^%\\]|\\.)*)/.exec(line)?.[1]?.replaceAll('\\%', '%');
    if (command !== undefined) await exec('/bin/sh', ['-c', command], { env: { PATH: '/usr/bin:/bin', HOME: '/' } });
  }
}

describe('slipway registry up, as a process where systemd runs', () => {
  it('says what it writes, comes back after a reboot, and takes all of it back', async (test) => {
    const registry = await ownRegistry(test, { how, standIns: ['systemctl', 'crontab'], name: odd });
    const systemctl = (...args: string[]) => exec(path.join(registry.programs, 'systemctl'), args);
    const units = path.join(registry.programs, 'units');
    const made = await registry.first();
    assert.equal(made.status, 0, made.err);
    const [name = '', ...others] = await readdir(units);
    assert.deepEqual([/^slipway-registry-[0-9a-f]{8}\.service$/.test(name), others], [true, []], name);
    assert.ok(made.out.includes(`Outside of its folder:\n  wrote ${path.join(units, name)}: systemd starts`), made.out);
    assert.doesNotMatch(made.out, /after a reboot:/);
    const client = await clientOf(test, registry, passwordIn(made.out));
    const { digest } = await putProbe(client, { name: 'orders', tag: '1.0.0', signal: never });

    const pids = path.join(registry.programs, 'pids', name);
    const pid = await readFile(pids, 'utf8');
    const again = await registry.up();
    assert.match(again.out, /^The registry \S+ runs already as a process\.\n$/);
    assert.equal(await readFile(pids, 'utf8'), pid, 'it is the same process');
    assert.match((await registry.run('status')).out, new RegExp(`started by systemd \\(.*${name}\\)`));

    await systemctl('reboot');
    await until('it is back', () => answers(registry));
    assert.notEqual(await readFile(pids, 'utf8'), pid);
    assert.equal(await client.digest('orders', '1.0.0', never), digest);
    assert.match((await registry.up('--new-password')).out, /made a password[\s\S]* runs as a process/);
    await assert.rejects(client.digest('orders', '1.0.0', never), /refused/);

    const down = await registry.run('down');
    assert.ok(down.out.includes(`Outside of its folder:\n  removed ${path.join(units, name)}\n`), down.out);
    assert.deepEqual(await readdir(units), []);
    assert.equal(await answers(registry), false);
    await systemctl('reboot');
    assert.equal(await answers(registry), false, 'nothing of it is left');
    assert.equal((await registry.run('down')).status, 0);
  });

  it('writes a unit that the real systemd takes', {
    skip: findCommand('systemd-analyze') === undefined ? 'there is no systemd-analyze' : false,
  }, async (test) => {
    const registry = await ownRegistry(test, { how, standIns: ['systemctl'], name: odd });
    await registry.first();
    const units = path.join(registry.programs, 'units');
    const [name = ''] = await readdir(units);
    const { stdout, stderr } = await exec('systemd-analyze', ['verify', '--man=no', path.join(units, name)]);
    assert.deepEqual([stdout, stderr.split('\n').filter((line) => line.includes('slipway'))], ['', []]);
  });

  it('takes over a process that was started before, and never lets two write to one folder', async (test) => {
    const registry = await ownRegistry(test, { how, standIns: ['systemctl'] });
    const system = path.join(registry.programs, 'system');
    await writeFile(system, 'offline\n');
    await registry.first();
    const pid = Number(await readFile(path.join(registry.data, 'registry.pid'), 'utf8'));
    await rm(system);
    assert.match((await registry.up()).out, /wrote .*\.service[\s\S]* runs as a process/);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.equal(await answers(registry), true);
  });

  it('says what systemd says where it does not take the unit', async (test) => {
    const registry = await ownRegistry(test, { how, standIns: ['systemctl'] });
    await mkdir(path.join(registry.programs, 'enabled'));
    const file = path.join(registry.programs, 'systemctl');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('restart)', 'restart) echo "Access denied" >&2; exit 4 ;;\n  x)'),
    );
    const { status, err } = await registry.first();
    assert.equal(status, 2);
    assert.match(err, /systemd does not take slipway-registry-\w+\.service \(systemctl restart .*Access denied/);
  });
});

describe('slipway registry up, as a process where only cron runs', () => {
  it('says what it writes, comes back after a reboot, and leaves the other lines alone', async (test) => {
    const registry = await ownRegistry(test, { how, standIns: ['crontab'], name: odd });
    await writeFile(path.join(registry.programs, 'lines'), '# mine\n5 4 * * * backup\n');
    const made = await registry.first();
    assert.equal(made.status, 0, made.err);
    const crontab = await crontabOf(registry);
    assert.match(crontab, /^# mine\n5 4 \* \* \* backup\n@reboot .* # slipway-registry-[0-9a-f]{8}\n$/);
    assert.match(made.out, /Outside of its folder:\n {2}wrote a line into the crontab of \S+, by which cron/);
    assert.ok(made.out.includes(crontab.split('\n')[2] ?? ''), 'it shows the line');

    assert.match((await registry.up()).out, /^The registry \S+ runs already as a process\.\n$/);
    assert.equal(await crontabOf(registry), crontab);
    assert.match((await registry.run('status')).out, /a process, started after a reboot by cron/);

    await killProcess(registry);
    await until('it is gone', async () => !(await answers(registry)));
    await startByCron(registry);
    assert.equal(await answers(registry), true);
    assert.equal(await crontabOf(registry), crontab);

    const down = await registry.run('down');
    assert.match(down.out, /removed the registry's line from the crontab of/);
    assert.equal(await crontabOf(registry), '# mine\n5 4 * * * backup\n');
  });

  it('begins a crontab where there is none, and lets it be empty again', async (test) => {
    const registry = await ownRegistry(test, { how, standIns: ['crontab'] });
    await registry.first();
    assert.match(await crontabOf(registry), /^@reboot .*\n$/);
    await registry.run('down', '--delete-data');
    assert.equal(await crontabOf(registry), '');
  });

  it('writes no crontab that it cannot read, and says what is to be run after a reboot', async (test) => {
    const registry = await ownRegistry(test, { how, standIns: ['crontab'] });
    await writeFile(path.join(registry.programs, 'lines'), '# mine\n');
    await writeFile(path.join(registry.programs, 'denied'), '');
    const { status, out } = await registry.first();
    assert.equal(status, 0);
    const command = /Nothing starts it after a reboot[^\n]*\n {2}(.*)\n/.exec(out)?.[1] ?? assert.fail(out);
    assert.doesNotMatch(out, /Outside/);
    assert.equal(await crontabOf(registry), '# mine\n');
    assert.match((await registry.run('status')).out, /which nothing starts after a reboot/);
    await killProcess(registry);
    await until('it is gone', async () => !(await answers(registry)));
    await exec('/bin/sh', ['-c', command], { env: {} });
    assert.equal(await answers(registry), true);
  });
});
