import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { engineAddress } from './engine-address.ts';
import { explainEngineError, statusOf } from './explain-engine-error.ts';

/** Who answers at the engine's address. */
export type EngineIdentity = {
  /** The engine's own id, which stays over its restarts. */
  readonly id: string;
  readonly version: string;
  /** Whether it offers BuildKit. */
  readonly buildkit: boolean;
};

/** A Docker Engine. Nothing is asked of it before it is used. */
export type Engine = {
  readonly docker: Docker;
  /** Whether it is reached by a socket of this machine. */
  readonly isLocal: boolean;
  /** Rejects with `engine-unavailable` when it does not answer within 5 seconds. */
  ping(): Promise<void>;
  /**
   * Another engine may stand behind the same address since the last time. Whether it is the same one shows within a
   * millisecond; who it is takes the engine 20, since it starts programs to say so, and keeps a build waiting meanwhile. Its
   * version may be some minutes old: whoever tells of the worker asks more often than builds do.
   */
  identity(): Promise<EngineIdentity>;
  /** Who answered the last time; good enough to choose a builder by, and costs nothing. */
  lastIdentity(): EngineIdentity | undefined;
  /** Ends the connections that are kept for further questions. */
  close(): void;
};

/** What @types/dockerode leaves out: these calls take a signal too. */
type Asked = {
  ping(options: { abortSignal: AbortSignal }): Promise<unknown>;
  info(options: { abortSignal: AbortSignal }): Promise<{ ID: string; OSType: string }>;
  version(options: { abortSignal: AbortSignal }): Promise<{ Version: string; ApiVersion: string }>;
};

type AskedNetwork = { inspect(options: { abortSignal: AbortSignal }): Promise<{ Id?: string }> };

/** The network that every engine made for itself when it began, under an id of its own. */
const ownNetwork = 'none';

/** Milliseconds. */
const pingTime = 5_000;
const identityTime = 30_000;
/** Milliseconds for which the same engine is taken to be as it was: it may be upgraded meanwhile. */
const identityAge = 5 * 60_000;

/** API 1.39 (Docker 18.09) is the first with BuildKit; Windows engines have none. */
function offersBuildkit(apiVersion: string, osType: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  return osType === 'linux' && (major > 1 || (major === 1 && minor >= 39));
}

/**
 * The engine that `DOCKER_HOST`, `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` name, as for the docker client.
 *
 * @throws {SlipwayError} `bad-settings` for an address that cannot be used
 */
export function connectEngine(environment: Readonly<Record<string, string | undefined>>): Engine {
  const address = engineAddress(environment);
  // Every key is given, since dockerode fills absent ones from the process's own environment. Kept-alive sockets
  // also probe the other side, so that a machine that vanished is noticed.
  const unset = { socketPath: undefined, host: undefined, port: undefined, protocol: undefined, timeout: undefined };
  const agent =
    'protocol' in address && address.protocol === 'https'
      ? new HttpsAgent({ keepAlive: true })
      : new HttpAgent({ keepAlive: true });
  // docker-modem makes a text of all options of each request, whether it is logged or not: milliseconds for the sockets.
  Object.assign(agent, { [inspect.custom]: () => 'Agent' });
  const docker = new Docker({ ...unset, ca: undefined, cert: undefined, key: undefined, ...address, agent } as object);
  const asked = docker as unknown as Asked;
  let last: EngineIdentity | undefined;
  let lastMark: string | undefined;
  let askedAt = 0;

  /** Something that no other engine has; undefined where the engine, or a proxy before it, does not say. */
  async function markOf(abortSignal: AbortSignal): Promise<string | undefined> {
    try {
      const network = docker.getNetwork(ownNetwork) as unknown as AskedNetwork;
      return (await network.inspect({ abortSignal })).Id;
    } catch (error) {
      if (statusOf(error) !== undefined) return undefined;
      throw error;
    }
  }

  return {
    docker,
    isLocal: 'socketPath' in address,
    async ping() {
      try {
        await asked.ping({ abortSignal: AbortSignal.timeout(pingTime) });
      } catch (error) {
        throw explainEngineError(error, 'asking whether it runs');
      }
    },
    async identity() {
      try {
        const abortSignal = AbortSignal.timeout(identityTime);
        const mark = await markOf(abortSignal);
        const isSame = mark !== undefined && mark === lastMark;
        if (last !== undefined && isSame && Date.now() - askedAt < identityAge) return last;
        const [info, version] = await Promise.all([asked.info({ abortSignal }), asked.version({ abortSignal })]);
        const buildkit = offersBuildkit(version.ApiVersion, info.OSType);
        last = { id: info.ID, version: version.Version, buildkit };
        lastMark = mark;
        askedAt = Date.now();
        return last;
      } catch (error) {
        throw explainEngineError(error, 'asking who it is');
      }
    },
    lastIdentity: () => last,
    close: () => agent.destroy(),
  };
}
