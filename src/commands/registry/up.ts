import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import type { Terminal } from '../terminal.ts';
import { whatAnswers } from './answers.ts';
import { startCommand } from './crontab-line.ts';
import { type Description, keepDescription, readDescription } from './description.ts';
import { tellChanges } from './init.ts';
import { chooseReturn, chooseWay, fingerprintOf, openRunner } from './open-runner.ts';
import { prepareRegistry } from './prepare-registry.ts';
import type { RegistryOptions } from './registry-options.ts';
import type { Runner } from './runner.ts';
import { tellOutside } from './tell-outside.ts';

const startLimitMs = 30_000;
const lookMs = 100;

type Context = { readonly environment: Environment; readonly terminal: Terminal; readonly signal: AbortSignal };

/** `slipway registry up`: what is missing is made, and the registry runs until it is taken down. */
export async function upRegistry(options: RegistryOptions, { environment, terminal, signal }: Context): Promise<void> {
  const { data } = options;
  const before = await readDescription(data);
  const prepared = await prepareRegistry(options);
  tellChanges(prepared, data, terminal);
  const runsAs = await chooseWay(prepared.description, environment);
  const comesBackBy =
    runsAs === 'process' ? await chooseReturn(data, { unitsDir: options.unitsDir, environment }) : undefined;
  const description = { ...prepared.description, runsAs, comesBackBy };
  // Two of them must never write to the same images.
  if (before?.runsAs !== undefined && !sameWay(before, description)) {
    const old = await openRunner(data, { ...before, runsAs: before.runsAs }, environment);
    tellOutside(await old.stop(), terminal);
  }
  const runner = await openRunner(data, description, environment);
  const state = await runner.state();
  if (state !== 'runs') {
    // Kept first: what does not come up is taken down all the same.
    const startedWith = await fingerprintOf(data, description);
    await keepDescription(data, { ...description, startedWith });
  }
  tellOutside(await runner.settle(), terminal);
  if (state !== 'runs') await runner.start();
  await untilAnswers(data, description, runner, signal);
  const address = `${description.host}:${description.port}`;
  const how = runner.runsAs === 'container' ? `in a container of ${description.image}` : 'as a process';
  terminal.out(`The registry ${address} ${state === 'runs' ? 'runs already' : 'runs'} ${how}.\n`);
  if (runsAs === 'process' && comesBackBy === undefined && state !== 'runs') {
    terminal.out(
      `Nothing starts it after a reboot: there is no systemd that this user may change, and no crontab. Let what starts this machine's programs run:\n  ${startCommand(data, environment)}\n`,
    );
  }
}

function sameWay(before: Description, now: Description): boolean {
  return before.runsAs === now.runsAs && isDeepStrictEqual(before.comesBackBy, now.comesBackBy);
}

async function untilAnswers(
  data: string,
  description: Description,
  runner: Runner,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + startLimitMs;
  for (;;) {
    const found = await whatAnswers(data, description);
    if (found === undefined) return;
    const ended = (await runner.state()) === 'stands';
    if (ended || Date.now() > deadline) {
      const { port } = description;
      const words = await runner.words();
      throw new SlipwayError('registry-unavailable', `The registry does not answer on port ${port}: ${found}.`, {
        help: /address already in use/.test(words)
          ? `Another program has the port ${port}: give another one with --port, or stop that program.`
          : words,
      });
    }
    await pause(lookMs, undefined, { signal });
  }
}
