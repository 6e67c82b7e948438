import { randomUUID } from 'node:crypto';
import type { Built } from '../build/artifact-type.ts';
import type { BuildEvent, Phase } from '../build-terms.ts';
import { SlipwayError } from '../errors.ts';
import { openFolder } from '../fetch/open-folder.ts';
import { createLog, type Log } from '../log.ts';
import { checkServiceName } from '../plan/check-service-name.ts';
import { parseVersion } from '../plan/parse-version.ts';
import { openRegistry } from '../push/open-registry.ts';
import type { Environment, RegistrySettings } from '../settings.ts';
import type { Artifact, ArtifactType, BuildOptions, PackerOptions } from '../terms.ts';
import { abandon } from './abandon.ts';
import type { Journal } from './journal.ts';
import { openTools } from './open-tools.ts';
import { type Publication, publish } from './publish.ts';

export type PublishArtifactOptions = {
  /** A repository name of the OCI Distribution Spec, e.g. `orders` or `team/orders`. */
  readonly serviceName: string;
  /** SemVer 2.0.0 without build metadata. */
  readonly version: string;
  readonly type: ArtifactType;
  /** The folder to build, with a Dockerfile or a template of Packer. */
  readonly source: string;
  /** Where images are published; machine images need none. */
  readonly registry?: RegistrySettings;
  /** Relative to `source`; default `Dockerfile`. */
  readonly dockerfile?: string;
  readonly build?: BuildOptions;
  /** For `ami`. */
  readonly packer?: PackerOptions;
  /** `DOCKER_HOST` and its kin; default: the local socket. */
  readonly environment?: Environment;
  /** Most bytes that the folder may hold; default 2 GiB. */
  readonly sourceLimit?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: BuildEvent) => void;
  readonly onPhase?: (phase: Phase) => void;
  readonly log?: Log;
};

export type PublishedArtifact = {
  /** What people pull: `registry.lan:5000/orders:1.0.0`. */
  readonly reference: string;
  readonly digest: string;
  readonly type: ArtifactType;
  /** Compressed bytes in the registry. */
  readonly size: number;
  readonly seconds: number;
  /** False when the registry had this very version from the same source already. */
  readonly isNew: boolean;
  /** What the reader should know of the source. */
  readonly notes: readonly string[];
};

const defaultSourceLimit = 2 * 2 ** 30;
const entryLimit = 200_000;

/**
 * Publishes a folder as `serviceName:version`, by the same steps as a merge: the version is looked up first, built,
 * staged and published once. The same content published again is the same version, and nothing is built.
 *
 * @throws {SlipwayError} with fault and help; `version-taken` when the version belongs to other content
 */
export async function publishArtifact(options: PublishArtifactOptions): Promise<PublishedArtifact> {
  const began = performance.now();
  const artifact = artifactOf(options);
  const signal = options.signal ?? new AbortController().signal;
  const limits = { bytes: options.sourceLimit ?? defaultSourceLimit, entries: entryLimit };
  const log = options.log ?? createLog('silent');
  const buildId = randomUUID();
  let image: Built | undefined;
  const registry = options.registry && openRegistry({ settings: options.registry, log });
  const { tools } = openTools({ registry, environment: options.environment ?? {}, log });
  const type = tools.builders[options.type];
  try {
    const source = await openFolder({ dir: options.source, limits });
    const contentDigest = await type.contentDigest(source, artifact.service, signal);
    const publication: Publication = {
      buildId,
      artifact,
      identity: { contentDigest },
      sourceUrl: '',
      defaultLabels: {
        'org.opencontainers.image.title': artifact.service.name,
        'org.opencontainers.image.created': new Date().toISOString(),
      },
      noCache: false,
      source: async () => source,
      built: undefined,
      staged: undefined,
    };
    const journal = journalOf(options, (built) => {
      image = built;
    });
    const published = await publish(tools, publication, journal, signal).catch(async (error: unknown) => {
      await abandon(tools, publication, journal.event);
      throw error;
    });
    const seconds = Math.round(performance.now() - began) / 1000;
    return { ...published, type: options.type, seconds, notes: source.notes };
  } finally {
    if (image !== undefined) await type.discard(image, buildId);
    await registry?.close();
  }
}

function artifactOf(options: PublishArtifactOptions): Artifact {
  const { type } = options;
  const name = checkServiceName(options.serviceName, 'as it was given', options.registry?.address.length ?? 0);
  const parsed = parseVersion(options.version);
  if (parsed?.kind !== 'version') {
    const why = parsed === undefined ? 'is not one' : parsed.reason;
    throw new SlipwayError(
      'version-invalid',
      `Expected a SemVer 2.0.0 version such as 1.4.2; \`${options.version}\` ${why}.`,
    );
  }
  return {
    service: {
      name,
      nameFrom: 'the call',
      path: '.',
      dockerfile: options.dockerfile ?? 'Dockerfile',
      type,
      build: options.build ?? { args: {} },
      ...(options.packer && { packer: options.packer }),
    },
    version: parsed.version,
    versionFrom: 'the call',
  };
}

/** Nothing is kept: a folder can be published again at any time. */
function journalOf(options: PublishArtifactOptions, built: Journal['built']): Journal {
  return {
    built,
    async phase(phase, work) {
      options.onPhase?.(phase);
      return await work();
    },
    event: (event) => options.onEvent?.(event),
    staged: async () => undefined,
    beginPublication: async () => options.signal?.aborted !== true,
  };
}
