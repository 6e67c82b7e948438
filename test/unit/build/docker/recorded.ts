import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import protobuf from 'protobufjs';
import type { EngineMessage } from '../../../../src/build/docker/read-messages.ts';
import type { BuildEvent, BuildStep } from '../../../../src/build-terms.ts';

/** What a Docker Engine 20.10.24 answered to a build: test/fixtures/engine-streams. */
export function recorded(name: string): EngineMessage[] {
  const file = path.resolve(import.meta.dirname, '../../../fixtures/engine-streams', `${name}.jsonl`);
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}

/** Steps in the order in which they were first told, in their last state. */
export function stepsIn(events: readonly BuildEvent[]): BuildStep[] {
  const steps = new Map<string, BuildStep>();
  for (const event of events) if (event.kind === 'step') steps.set(event.step.id, event.step);
  return [...steps.values()];
}

/** Log text of the steps whose name matches. */
export function textIn(events: readonly BuildEvent[], name: RegExp): string {
  const wanted = new Set(stepsIn(events).flatMap((step) => (name.test(step.name) ? [step.id] : [])));
  const told = events.flatMap((event) => (event.kind === 'log' && wanted.has(event.stepId ?? '') ? [event.text] : []));
  return told.join('');
}

// The definition that dockerode brings: not the one that is tested.
const definition = createRequire(import.meta.url).resolve('dockerode/lib/proto/buildkit_status.proto');
const response = (await protobuf.load(definition)).lookupType('moby.buildkit.v1.StatusResponse');

/** `aux` of a message with the id `moby.buildkit.trace`. */
export const encodeTrace = (message: object): string =>
  Buffer.from(response.encode(message).finish()).toString('base64');
