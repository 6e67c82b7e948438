import { access, constants, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import { readIfThere } from './read-if-there.ts';
import { registryName } from './registry-name.ts';
import { lastWords, processLog, programIn } from './run-process.ts';
import { runTool } from './run-tool.ts';
import type { Runner } from './runner.ts';
import { configurationFile } from './write-configuration.ts';
import { writePrivate } from './write-private.ts';

/** What `systemctl is-system-running` says where systemd has not started this machine, or nobody can tell. */
const absent = /^(offline|unknown)?$/;

/** Where the unit of this registry would be; undefined where systemd does not run, or takes none from this user. */
export async function findUnit(
  folder: string,
  { unitsDir, environment }: { readonly unitsDir: string; readonly environment: Environment },
): Promise<string | undefined> {
  const said = await runTool(environment, ['systemctl', 'is-system-running']);
  if (said === undefined || absent.test(said.out)) return undefined;
  const writable = await access(unitsDir, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable ? path.join(unitsDir, `${registryName(folder)}.service`) : undefined;
}

/** A text for a unit: `%` begins a specifier there (systemd.unit(5)). */
const plain = (text: string): string => text.replaceAll('%', '%%');
/** One word of a unit's line (systemd.syntax(7), "Quoting"). */
const word = (text: string): string => `"${plain(text).replace(/[\\"]/g, '\\$&')}"`;
/** One word of a unit's command, in which `$` begins a variable (systemd.service(5), "Command lines"). */
const argument = (text: string): string => word(text).replaceAll('$', '$$$$');

function unitOf(folder: string, program: string): string {
  return [
    '# Written by `slipway registry up`; `slipway registry down` removes it.',
    '[Unit]',
    `Description=Slipway registry in ${plain(folder)}`,
    'After=network.target',
    `RequiresMountsFor=${word(folder)}`,
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `WorkingDirectory=${plain(folder)}`,
    `ExecStart=${argument(program)} serve ${argument(path.join(folder, configurationFile))}`,
    'Restart=always',
    'RestartSec=2',
    'NoNewPrivileges=yes',
    'UMask=0077',
    `StandardOutput=append:${plain(path.join(folder, processLog))}`,
    'StandardError=inherit',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

/** A registry that systemd starts, after a failure and a reboot too. */
export function asService(
  folder: string,
  { unit, fresh, environment }: { readonly unit: string; readonly fresh: boolean; readonly environment: Environment },
): Runner {
  const name = path.basename(unit);
  const systemctl = async (...args: string[]): Promise<void> => {
    const said = await runTool(environment, ['systemctl', ...args]);
    if (said?.ok) return;
    const found = said?.err ?? 'there is no systemctl';
    throw new SlipwayError('bad-settings', `systemd does not take ${name} (systemctl ${args.join(' ')}): ${found}`, {
      help: `\`systemctl status ${name}\` tells more.`,
    });
  };
  return {
    runsAs: 'process',
    async state() {
      const active = await runTool(environment, ['systemctl', 'is-active', name]);
      if (!active?.ok) return 'stands';
      return fresh ? 'runs' : 'stale';
    },
    async settle() {
      const text = unitOf(folder, programIn(environment));
      const changed = (await readIfThere(unit)) !== text;
      if (changed) {
        await writePrivate(unit, text, 0o644);
        await systemctl('daemon-reload');
      }
      const enabled = await runTool(environment, ['systemctl', 'is-enabled', name]);
      if (!enabled?.ok) await systemctl('enable', name);
      return changed ? [`wrote ${unit}: systemd starts the registry, after a failure and a reboot too`] : [];
    },
    start: () => systemctl('restart', name),
    async stop() {
      // The folder may come from another machine.
      if ((await readIfThere(unit)) === undefined) return [];
      await systemctl('disable', '--now', name);
      await rm(unit);
      await systemctl('daemon-reload');
      return [`removed ${unit}`];
    },
    words: () => lastWords(folder),
  };
}
