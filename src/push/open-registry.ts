import type { Log } from '../log.ts';
import type { RegistrySettings } from '../settings.ts';
import { createAuthorization } from './authorization.ts';
import { createDispatcher, type Timeouts } from './create-dispatcher.ts';
import { createRequester } from './create-requester.ts';
import { deleteManifest } from './delete-manifest.ts';
import { createOriginFinder } from './find-origin.ts';
import { getBlob } from './get-blob.ts';
import { getManifest } from './get-manifest.ts';
import { headManifest } from './head-manifest.ts';
import { listTags } from './list-tags.ts';
import { mountBlob } from './mount-blob.ts';
import { parseAddress } from './parse-address.ts';
import { ping } from './ping.ts';
import { putManifest } from './put-manifest.ts';
import type { Registry } from './registry.ts';
import { uploadBlob } from './upload-blob.ts';

const defaultTimeouts: Timeouts = { connectMs: 10_000, stallMs: 30_000 };

/**
 * A client of the registry that the settings name. Nothing is connected yet. Nothing is tried twice but a request whose
 * token has ended: retries belong to whoever knows what the request is for.
 *
 * @throws {SlipwayError} `bad-settings`
 */
export function openRegistry(options: {
  readonly settings: RegistrySettings;
  readonly log: Log;
  readonly timeouts?: Timeouts;
}): Registry {
  const { settings, log, timeouts = defaultTimeouts } = options;
  const address = parseAddress(settings.address);
  const { host, prefix } = address;
  const dispatcher = createDispatcher({ ca: settings.ca, timeouts });
  const line = { dispatcher, account: settings.credentials };
  const origin = createOriginFinder({ address, line, log });
  const authorization = createAuthorization({ line, now: () => performance.now() });
  const request = createRequester({ line, origin, authorization });
  return {
    host,
    prefix,
    credentials: settings.credentials,
    reference: (name, to) => `${host}/${prefix}${name}${to.includes(':') ? '@' : ':'}${to}`,
    tags: (name, signal) => listTags(request, prefix + name, signal),
    digest: (name, reference, signal) => headManifest(request, prefix + name, reference, signal),
    manifest: (name, reference, signal) => getManifest(request, prefix + name, reference, signal),
    blob: (name, digest, signal) => getBlob(request, prefix + name, digest, signal),
    mountBlob: (name, from, digest, signal) =>
      mountBlob(request, { repository: prefix + name, from: prefix + from, digest, signal }, log),
    uploadBlob: (name, bytes, signal) => uploadBlob(request, line, { repository: prefix + name, bytes, signal }),
    putManifest: (name, reference, manifest, signal) =>
      putManifest(request, prefix + name, reference, manifest, signal),
    deleteManifest: (name, digest, signal) => deleteManifest(request, prefix + name, digest, signal),
    ping: (signal) => ping(request, signal),
    // Not `close`, which waits for answers that a hanging registry never gives.
    close: () => dispatcher.destroy(),
  };
}
