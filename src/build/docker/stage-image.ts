import type { Readable } from 'node:stream';
import type { Staged } from '../../build-terms.ts';
import { SlipwayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Engine } from './connect-engine.ts';
import { explainEngineError, statusOf } from './explain-engine-error.ts';
import { explainPushFailure } from './explain-push-failure.ts';
import type { StageRequest } from './image-builder.ts';
import { isBuildName } from './local-names.ts';
import { failureIn, readMessages } from './read-messages.ts';

const doing = 'pushing the image';

function digestIn(aux: unknown): string | undefined {
  if (typeof aux !== 'object' || aux === null || !('Digest' in aux)) return undefined;
  return typeof aux.Digest === 'string' ? aux.Digest : undefined;
}

/** The digest that the engine reports; rejects with what it says went wrong. */
async function push(engine: Engine, request: StageRequest, repo: string): Promise<string> {
  const { registryHost, tag, credentials, signal, onEvent } = request;
  const connection = new AbortController();
  const hangUp = (): void => connection.abort();
  signal.addEventListener('abort', hangUp, { once: true });
  try {
    // The engine refuses a push without X-Registry-Auth, also where a registry is open.
    const authconfig = credentials
      ? { ...credentials, serveraddress: registryHost }
      : { username: '', password: '', serveraddress: registryHost };
    const options = { tag, authconfig, abortSignal: connection.signal };
    const response = (await engine.docker.getImage(repo).push(options)) as Readable;
    response.on('error', () => response.destroy());
    let digest: string | undefined;
    let failure: string | undefined;
    for await (const message of readMessages(response)) {
      const { id, status, progress } = message;
      if (status !== undefined && !progress) onEvent({ kind: 'log', text: `${id ? `${id}: ` : ''}${status}\n` });
      digest ??= digestIn(message.aux);
      failure ??= failureIn(message)?.text;
    }
    if (failure !== undefined) throw explainPushFailure(failure, registryHost);
    if (digest !== undefined) return digest;
    throw new SlipwayError('engine-lost', 'The engine ended its answer to the push without a digest.', {
      help: 'Slipway tries again by itself.',
      transient: true,
    });
  } finally {
    signal.removeEventListener('abort', hangUp);
    hangUp();
  }
}

/**
 * Pushes a built image under a name that it has on the engine only meanwhile: a name for staging until the image is
 * discarded, which is soon, since the engine would else be busy with it while the version is published.
 */
export async function stageImage(engine: Engine, log: Log, request: StageRequest): Promise<Staged> {
  const { built, registryHost, repository, tag, signal } = request;
  const cancelled = (): SlipwayError =>
    new SlipwayError('cancelled', `Stopped while ${doing}.`, { cause: signal.reason });
  if (signal.aborted) throw cancelled();
  const repo = `${registryHost}/${repository}`;
  const name = `${repo}:${tag}`;
  try {
    await engine.docker.getImage(built.imageId).tag({ repo, tag });
    const digest = await push(engine, request, repo);
    if (!isBuildName(name)) await removeName(engine, log, name, built.imageId);
    return { digest, repository, tag, imageId: built.imageId, engineId: built.engineId };
  } catch (error) {
    await removeName(engine, log, name, built.imageId);
    if (signal.aborted) throw cancelled();
    if (statusOf(error) === 404) {
      throw new SlipwayError('engine-lost', 'The engine no longer has the image that was built.', {
        help: 'Press Rebuild.',
        cause: error,
      });
    }
    throw explainEngineError(error, doing);
  }
}

/** Never rejects. Takes the name away, unless the image has no other: the last one takes the image with it, which a later try needs. */
async function removeName(engine: Engine, log: Log, name: string, imageId: string): Promise<void> {
  try {
    const { RepoTags } = await engine.docker.getImage(imageId).inspect();
    if (RepoTags?.includes(name) && RepoTags.length > 1) await engine.docker.getImage(name).remove();
  } catch (error) {
    if (statusOf(error) !== 404) log.warn({ err: error, name }, 'a name for staging stays on the engine');
  }
}
