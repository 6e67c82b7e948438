import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import type { Terminal } from '../terminal.ts';
import { whatAnswers } from './answers.ts';
import { type Description, expectDescription } from './description.ts';
import { openRunner } from './open-runner.ts';
import { authorityFile, endOf, serverFiles } from './prepare-certificates.ts';
import type { RegistryOptions } from './registry-options.ts';

function returnOf({ comesBackBy }: Description): string {
  if (comesBackBy === undefined) return 'which nothing starts after a reboot';
  return comesBackBy === 'crontab' ? 'started after a reboot by cron' : `started by systemd (${comesBackBy.unit})`;
}

/**
 * `slipway registry status`: whether it runs and answers, and what of it ends when.
 *
 * @throws {SlipwayError} `registry-unavailable` where it does not answer
 */
export async function registryStatus(
  { data }: RegistryOptions,
  { environment, terminal }: { environment: Environment; terminal: Terminal },
): Promise<void> {
  const description = await expectDescription(data);
  const { host, port, user, image, runsAs } = description;
  const end = async (name: string) => endOf(new X509Certificate(await readFile(path.join(data, name))));
  const how =
    runsAs === 'container'
      ? `a container of ${image}`
      : runsAs === 'process'
        ? `a process, ${returnOf(description)}`
        : 'not started yet';
  const lines: readonly (readonly [string, string])[] = [
    ['registry', `${host}:${port}, user ${user}`],
    ['data', data],
    ['runs as', how],
    ['certificate', `until ${await end(serverFiles.certificate)}; slipway registry up renews it`],
    ['authority', `until ${await end(authorityFile)}`],
  ];
  for (const [name, text] of lines) terminal.out(`${`${name}:`.padEnd(13)}${text}\n`);
  const found = await whatAnswers(data, description);
  if (found !== undefined) {
    throw new SlipwayError('registry-unavailable', `The registry does not answer on port ${port}: ${found}.`, {
      help: '`slipway registry up` starts it.',
    });
  }
  const state =
    runsAs === undefined ? 'runs' : await (await openRunner(data, { ...description, runsAs }, environment)).state();
  terminal.out(
    `${'answers:'.padEnd(13)}yes${state === 'stale' ? '; slipway registry up applies what has changed' : ''}\n`,
  );
}
