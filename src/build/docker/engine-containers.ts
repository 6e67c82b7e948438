import type { Readable } from 'node:stream';
import { SlipwayError } from '../../errors.ts';
import type { Engine } from './connect-engine.ts';
import type { Containers } from './containers.ts';
import { createContainer } from './create-container.ts';
import { engineWords, explainEngineError, statusOf } from './explain-engine-error.ts';
import { openContainer } from './open-container.ts';
import type { PullCredentials } from './open-session.ts';
import { failureIn, readMessages } from './read-messages.ts';

/** Containers beside builds, on the same engine. */
export function engineContainers(engine: Engine, credentials: PullCredentials | undefined): Containers {
  const { docker } = engine;

  async function pull(image: string, signal: AbortSignal): Promise<void> {
    const ours = credentials !== undefined && image.startsWith(`${credentials.host}/`);
    const authconfig = ours
      ? { username: credentials.username, password: credentials.password, serveraddress: credentials.host }
      : undefined;
    const options = { abortSignal: signal, ...(authconfig && { authconfig }) };
    const stream = (await docker.pull(image, options)) as Readable;
    for await (const message of readMessages(stream)) {
      const failure = failureIn(message);
      if (failure !== undefined) throw unavailable(image, failure.text);
    }
  }

  async function asking<T>(doing: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw explainEngineError(error, doing);
    }
  }

  async function removeContainer(name: string): Promise<void> {
    try {
      await docker.getContainer(name).remove({ force: true });
    } catch (error) {
      if (statusOf(error) !== 404) throw explainEngineError(error, 'removing a container');
    }
  }

  async function removeVolume(name: string): Promise<void> {
    try {
      await docker.getVolume(name).remove();
    } catch (error) {
      if (statusOf(error) !== 404) throw explainEngineError(error, 'removing a volume');
    }
  }

  return {
    async ensureImage(image, signal) {
      try {
        await docker.getImage(image).inspect();
      } catch (error) {
        if (statusOf(error) !== 404) throw explainEngineError(error, `looking for the image ${image}`);
        await pull(image, signal).catch((cause: unknown) => {
          const status = statusOf(cause);
          // The engine answers so where the registry does not have it, or does not show it to us.
          if (status === 404 || status === 403) throw unavailable(image, engineWords(cause), cause);
          throw explainEngineError(cause, `pulling the image ${image}`);
        });
      }
    },
    async fillVolume({ name, image, labels, tar }) {
      // Of an earlier try: a container that was left keeps its volume.
      await removeContainer(name);
      await removeVolume(name);
      await asking('keeping the source on the engine', async () => {
        await docker.createVolume({ Name: name, Labels: { ...labels } });
        // A container that never runs: the engine writes to a volume through one.
        const helper = await docker.createContainer({
          name,
          Image: image,
          Entrypoint: ['none'],
          Labels: { ...labels },
          HostConfig: { Mounts: [{ Type: 'volume', Source: name, Target: '/source' }] },
        });
        try {
          await send(tar(), (stream, abortSignal) => helper.putArchive(stream, { path: '/source', abortSignal }));
        } finally {
          await helper.remove({ force: true });
        }
      });
    },
    async removeVolume(name) {
      await removeContainer(name);
      await removeVolume(name);
    },
    async create(plan) {
      const container = await asking('making a container', () => createContainer(docker, plan));
      return openContainer(container, { started: false, environment: plan.environment });
    },
    async find(name) {
      try {
        const container = docker.getContainer(name);
        const { State: state, Config: config } = await container.inspect();
        return openContainer(container, { started: state.Status !== 'created', environment: pairsOf(config.Env) });
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw explainEngineError(error, 'looking for a container');
      }
    },
    async labelled(label) {
      const filters = { label: [label] };
      const containers = await asking('listing its containers', () => docker.listContainers({ all: true, filters }));
      const { Volumes: volumes } = await asking('listing its volumes', () => docker.listVolumes({ filters }));
      const values = [...containers, ...(volumes ?? [])].map(({ Labels: labels }) => labels?.[label]);
      return [...new Set(values.filter((value) => value !== undefined))];
    },
  };
}

const pairsOf = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(lines.map((line) => [line.replace(/=.*/s, ''), line.replace(/^[^=]*=?/, '')]));

/** A tar that breaks off ends the call, which would else wait for the rest of it. */
async function send(tar: Readable, call: (tar: Readable, signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const connection = new AbortController();
  let broken: Error | undefined;
  tar.once('error', (error) => {
    broken = error;
    connection.abort();
  });
  try {
    await call(tar, connection.signal);
  } catch (error) {
    throw broken ?? error;
  } finally {
    tar.destroy();
  }
}

function unavailable(image: string, words: string, cause?: unknown): SlipwayError {
  return new SlipwayError('packer-unavailable', `The engine cannot get the image \`${image}\`: ${words}`, {
    help: 'Set PACKER_IMAGE to an image that the engine has or can pull, then press Rebuild.',
    cause,
  });
}
