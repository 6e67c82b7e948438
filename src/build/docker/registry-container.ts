import type { Readable } from 'node:stream';
import { SlipwayError } from '../../errors.ts';
import type { Engine } from './connect-engine.ts';
import { engineWords, explainEngineError, statusOf } from './explain-engine-error.ts';
import { failureIn, readMessages } from './read-messages.ts';

/** A registry as a container: its files are in a folder of the engine's machine. */
export type RegistryPlan = {
  /** Says which registry it is, among several on one engine. */
  readonly name: string;
  readonly image: string;
  /** Holds its configuration, named as `configuration` says, and its images; absolute. */
  readonly folder: string;
  readonly configuration: string;
  readonly port: number;
  /** `1000:1000`: who owns the folder. */
  readonly user: string;
  /** Changes when the container has to be made anew. */
  readonly fingerprint: string;
};

export type RegistryContainers = {
  /** Whether the engine answers, and has the image or can pull it. */
  offers(image: string): Promise<boolean>;
  /** Undefined where there is none. */
  find(name: string): Promise<{ readonly running: boolean; readonly fingerprint: string } | undefined>;
  /** Makes and starts it; it is started again after a failure and after a reboot, until it is removed. */
  run(plan: RegistryPlan): Promise<void>;
  remove(name: string): Promise<void>;
};

const label = 'dev.slipway.registry';
const mount = '/registry';
const second = 1_000_000_000;

/** Registries on an engine. Every promise rejects with a `SlipwayError`. */
export function registryContainers({ docker, ping }: Engine): RegistryContainers {
  async function pull(image: string): Promise<boolean> {
    try {
      for await (const message of readMessages((await docker.pull(image)) as Readable)) {
        if (failureIn(message) !== undefined) return false;
      }
      return true;
    } catch (error) {
      if (statusOf(error) !== undefined) return false;
      throw explainEngineError(error, `pulling the image ${image}`);
    }
  }

  return {
    async offers(image) {
      try {
        await ping();
      } catch {
        // The caller has another way, and says what both ways lack.
        return false;
      }
      try {
        await docker.getImage(image).inspect();
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return await pull(image);
        throw explainEngineError(error, `looking for the image ${image}`);
      }
    },
    async find(name) {
      try {
        const { State: state, Config: config } = await docker.getContainer(name).inspect();
        return { running: state.Running, fingerprint: config.Labels[label] ?? '' };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw explainEngineError(error, 'looking for the registry');
      }
    },
    async run({ name, image, folder, configuration, port, user, fingerprint }) {
      const url = `https://127.0.0.1:${port}/`;
      try {
        const container = await docker.createContainer({
          name,
          Image: image,
          Cmd: [`${mount}/${configuration}`],
          // The paths in the configuration are relative.
          WorkingDir: mount,
          User: user,
          Labels: { [label]: fingerprint },
          ExposedPorts: { [`${port}/tcp`]: {} },
          Healthcheck: {
            Test: ['CMD', 'wget', '--quiet', '--spider', '--no-check-certificate', url],
            Interval: 30 * second,
            Timeout: 5 * second,
            Retries: 3,
          },
          HostConfig: {
            // Not Binds: on another machine they would make an empty folder there.
            Mounts: [{ Type: 'bind', Source: folder, Target: mount }],
            PortBindings: { [`${port}/tcp`]: [{ HostPort: String(port) }] },
            RestartPolicy: { Name: 'always' },
            ReadonlyRootfs: true,
            CapDrop: ['ALL'],
            SecurityOpt: ['no-new-privileges'],
            LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
          },
        });
        await container.start();
      } catch (error) {
        if (/port is already allocated|address already in use/.test(engineWords(error))) {
          throw new SlipwayError('bad-settings', `--port: expected a free port, found that ${port} is taken.`, {
            help: 'Give another one with --port, or stop what listens there.',
            cause: error,
          });
        }
        throw explainEngineError(error, 'starting the registry');
      }
    },
    async remove(name) {
      try {
        await docker.getContainer(name).remove({ force: true, v: true });
      } catch (error) {
        if (statusOf(error) !== 404) throw explainEngineError(error, 'removing the registry');
      }
    },
  };
}
