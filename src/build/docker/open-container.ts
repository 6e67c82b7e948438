import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { SlipwayError } from '../../errors.ts';
import { awaitEnd } from './await-end.ts';
import type { Container, ContainerEnd } from './containers.ts';
import { explainEngineError, statusOf } from './explain-engine-error.ts';
import { followOutput } from './follow-output.ts';

const reading = 'reading what a container says';
/** Somebody took it away by hand. */
const gone = [404];
const largestFile = 2 ** 20;

/** The first file of a tar. */
async function firstFile(tar: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of tar as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestFile) throw new SlipwayError('build-failed', 'A file that Packer wrote is larger than 1 MiB.');
    chunks.push(chunk);
  }
  const whole = Buffer.concat(chunks);
  const size = Number.parseInt(whole.subarray(124, 136).toString('latin1'), 8);
  return whole.subarray(512, 512 + size);
}

/** A container that is there, by dockerode. */
export function openContainer(
  container: Docker.Container,
  { started, environment }: Pick<Container, 'started' | 'environment'>,
): Container {
  /** Runs a call; what the engine answers with one of these is nothing out of the ordinary. */
  async function ask<T>(doing: string, fine: readonly number[], call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined && fine.includes(status)) return undefined;
      throw explainEngineError(error, doing);
    }
  }
  async function end(): Promise<ContainerEnd | undefined> {
    const found = await ask('looking for a container', gone, () => container.inspect());
    if (found === undefined) return { status: 137, outOfMemory: false };
    const { State: state } = found;
    return state.Running ? undefined : { status: state.ExitCode, outOfMemory: state.OOMKilled === true };
  }
  return {
    id: container.id,
    started,
    environment,
    start: () => ask('starting a container', [304], () => container.start()),
    async follow(signal, take) {
      const options = { follow: true, stdout: true, stderr: true, abortSignal: signal } as const;
      const source = () => ask(reading, gone, () => container.logs(options) as unknown as Promise<Readable>);
      try {
        return await followOutput(
          { ask: async () => (await source()) ?? Readable.from([]), ended: () => awaitEnd(end) },
          take,
        );
      } catch (error) {
        throw explainEngineError(error, reading);
      }
    },
    signal: (name) => ask('sending a signal', [404, 409], () => container.kill({ signal: name })),
    async read(path) {
      const tar = await ask('reading a file', [404], () => container.getArchive({ path }));
      return tar && (await firstFile(tar as Readable));
    },
    async remove() {
      await ask('removing a container', [404, 409], () => container.remove({ force: true, v: true }));
    },
  };
}
