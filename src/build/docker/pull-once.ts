import type { Readable } from 'node:stream';
import type { Engine } from './connect-engine.ts';
import { engineWords, explainEngineError, statusOf } from './explain-engine-error.ts';
import { explainPullFailure } from './explain-pull-failure.ts';
import { failureIn, readMessages } from './read-messages.ts';

type Pull = {
  /** host:port */
  readonly registry: string;
  /** What is pulled: a reference below that registry. */
  readonly image: string;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly signal: AbortSignal;
};

/**
 * Has the engine pull an image and forget it again: whether it finds the registry, trusts it, and is let in.
 *
 * @throws {SlipwayError} `registry-untrusted`, `registry-refused`, `registry-unavailable`, `engine-unavailable`
 */
export async function pullOnce({ docker }: Engine, { registry, image, credentials, signal }: Pull): Promise<void> {
  const authconfig = credentials && { ...credentials, serveraddress: registry };
  try {
    const options = { abortSignal: signal, ...(authconfig && { authconfig }) };
    for await (const message of readMessages((await docker.pull(image, options)) as Readable)) {
      const failure = failureIn(message);
      if (failure !== undefined) throw explainPullFailure(failure.text, registry);
    }
    await docker.getImage(image).remove();
  } catch (error) {
    if (statusOf(error) === undefined) throw explainEngineError(error, 'pulling an image');
    throw explainPullFailure(engineWords(error), registry);
  }
}
