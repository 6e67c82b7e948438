import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Built } from '../../../src/build/artifact-type.ts';
import { connectEngine } from '../../../src/build/docker/connect-engine.ts';
import { createDockerBuilder, type DockerBuilderOptions } from '../../../src/build/docker/create-docker-builder.ts';
import type { ImageBuilder, ImageBuildRequest } from '../../../src/build/docker/image-builder.ts';
import type { BuildEvent, BuildStep } from '../../../src/build-terms.ts';
import { openFolder } from '../../../src/fetch/open-folder.ts';
import { createLog } from '../../../src/log.ts';
import { baseImage, engineHost } from '../../support/parts.ts';
import { sampleArtifact, sampleService } from '../../support/sample-merge.ts';

export const builders = ['buildkit', 'classic'] as const;

/** How a context is sent as well: BuildKit asks for the files of a small one. */
export const ways = [...builders, 'buildkit-tar'] as const;

export const silent = createLog('fatal');

const folderOf = (fixture: string): string => path.resolve(import.meta.dirname, '../../fixtures/docker', fixture);

/** The tests' engine. */
export const testEngine = () => connectEngine({ DOCKER_HOST: engineHost() });

export function testBuilder(way: (typeof ways)[number], options: Partial<DockerBuilderOptions> = {}): ImageBuilder {
  const builder = way === 'classic' ? 'classic' : 'buildkit';
  const images = createDockerBuilder({ engine: testEngine(), log: silent, builder, ...options });
  if (way !== 'buildkit-tar') return images;
  const smallContext = async () => undefined;
  return {
    ...images,
    build: (request) => images.build({ ...request, source: { ...request.source, smallContext } }),
  };
}

const builderWarnings = /^ ---> \[Warning\] .*\n/gm;

/** The files of a folder as a tar. */
function tarOf(folder: string, signal: AbortSignal): Readable {
  const child = spawn('tar', ['-C', folder, '-c', '.'], { signal, stdio: ['ignore', 'pipe', 'inherit'] });
  child.on('error', () => child.stdout.destroy());
  return child.stdout;
}

export type FixtureOptions = Partial<Omit<ImageBuildRequest, 'artifact' | 'source'>> & {
  readonly service?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly context?: (signal: AbortSignal) => Readable;
};

export type FixtureBuild = {
  readonly request: ImageBuildRequest;
  readonly events: BuildEvent[];
  /** Steps by name in their last state. */
  steps(): BuildStep[];
  /** All log text, or that of the steps whose name holds `step`, without the classic builder's warnings of this machine. */
  text(step?: string): string;
};

/** A request to build a folder of test/fixtures/docker, and what it told. */
export function fixtureBuild(fixture: string, options: FixtureOptions = {}): FixtureBuild {
  const folder = folderOf(fixture);
  const events: BuildEvent[] = [];
  const { service = fixture, target, args = {}, context, ...given } = options;
  const steps = (): BuildStep[] => [
    ...new Map(events.flatMap((event) => (event.kind === 'step' ? [[event.step.id, event.step]] : []))).values(),
  ];
  const request: ImageBuildRequest = {
    buildId: randomUUID(),
    artifact: sampleArtifact({
      service: sampleService({
        name: service,
        build: { args: { BASE_IMAGE: baseImage(), ...args }, ...(target !== undefined && { target }) },
      }),
    }),
    source: {
      context: context ?? ((signal) => tarOf(folder, signal)),
      async smallContext(signal) {
        if (context !== undefined) return undefined;
        const source = await openFolder({ dir: folder, limits: { bytes: 2 ** 24, entries: 1000 } });
        return await source.smallContext({ path: '.', dockerfile: 'Dockerfile', signal });
      },
      dockerfileText: readFileSync(path.join(folder, 'Dockerfile'), 'utf8'),
      dockerfilePath: `services/${fixture}/Dockerfile`,
    },
    labels: {},
    defaultLabels: {},
    noCache: false,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...given,
  };
  return {
    request,
    events,
    steps,
    text(step = '') {
      const wanted = new Set(steps().flatMap(({ id, name }) => (name.includes(step) ? [id] : [])));
      return events
        .flatMap((event) =>
          event.kind === 'log' && (step === '' || wanted.has(event.stepId ?? '')) ? [event.text] : [],
        )
        .join('')
        .replace(builderWarnings, '');
    },
  };
}

/** Builds, hands the image to the test, and removes it. */
export async function withImage<T>(
  builder: ImageBuilder,
  build: FixtureBuild,
  use: (built: Built) => Promise<T>,
): Promise<T> {
  const built = await builder.build(build.request);
  try {
    return await use(built);
  } finally {
    await builder.discard(built);
  }
}
