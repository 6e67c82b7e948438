#!/usr/bin/env node
import process from 'node:process';
import { backupCommand, backupUsage } from './commands/backup.ts';
import { doctorCommand, doctorUsage } from './commands/doctor.ts';
import { exitStatus } from './commands/exit-status.ts';
import { planCommand, planUsage } from './commands/plan.ts';
import { pruneCommand, pruneUsage } from './commands/prune.ts';
import { publishCommand, publishUsage } from './commands/publish.ts';
import { registryCommand, registryUsage } from './commands/registry/registry.ts';
import { serveCommand, serveUsage } from './commands/serve.ts';
import { serviceCommand, serviceUsage } from './commands/service.ts';
import { inert, processTerminal, type Terminal } from './commands/terminal.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { SlipwayError } from './errors.ts';

const usage = `${[
  serveUsage,
  publishUsage,
  planUsage,
  registryUsage,
  backupUsage,
  doctorUsage,
  pruneUsage,
  serviceUsage,
].join('\n\n')}\n`;

type Command = (
  args: readonly string[],
  context: { environment: Environment; terminal: Terminal; signal: AbortSignal },
) => Promise<void> | Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  serve: serveCommand,
  publish: publishCommand,
  plan: planCommand,
  registry: registryCommand,
  backup: backupCommand,
  doctor: doctorCommand,
  prune: pruneCommand,
  service: serviceCommand,
};

async function main(terminal: Terminal): Promise<number> {
  const [name = 'help', ...args] = process.argv.slice(2);
  if (name === 'help' || name === '--help' || name === '-h' || args.includes('--help')) {
    terminal.out(usage);
    return 0;
  }
  const stop = new AbortController();
  // The first signal lets the command end in order; the second ends the process at once.
  for (const event of ['SIGINT', 'SIGTERM'] as const) {
    process.on(event, () => {
      if (stop.signal.aborted) process.exit(event === 'SIGINT' ? 130 : 143);
      stop.abort();
    });
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) {
      throw new SlipwayError('bad-usage', `Expected one of ${Object.keys(commands).join(', ')}, found \`${name}\`.`, {
        help: 'slipway help shows what each takes.',
      });
    }
    const status = await command(args, { environment: readEnvironment(), terminal, signal: stop.signal });
    return typeof status === 'number' ? status : 0;
  } catch (error) {
    const { status, text } = exitStatus(error);
    terminal.err(`${inert(text)}\n`);
    return status;
  }
}

process.exitCode = await main(processTerminal());
