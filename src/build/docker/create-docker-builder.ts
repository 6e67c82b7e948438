import type { Log } from '../../log.ts';
import { type BuilderChoice, buildImage } from './build-image.ts';
import type { Engine } from './connect-engine.ts';
import { discardImage } from './discard-image.ts';
import { findLeftOvers } from './find-left-overs.ts';
import { holdsImage } from './holds-image.ts';
import type { ImageBuilder } from './image-builder.ts';
import { localFolder } from './local-folder.ts';
import { makeRoom } from './make-room.ts';
import type { PullCredentials } from './open-session.ts';
import { stageImage } from './stage-image.ts';

export type DockerBuilderOptions = {
  readonly engine: Engine;
  readonly log: Log;
  /** Default `auto`: BuildKit where the engine offers it, else the classic builder. */
  readonly builder?: BuilderChoice;
  /** What opens our own registry for base images that are kept there; no other registry is told. */
  readonly pullCredentials?: PullCredentials | undefined;
};

/** Images, built and pushed to staging by a Docker Engine. */
export function createDockerBuilder(options: DockerBuilderOptions): ImageBuilder {
  const { engine, log, builder = 'auto', pullCredentials } = options;
  return {
    build: (request) => buildImage({ engine, log, builder, pullCredentials }, request),
    stage: (request) => stageImage(engine, log, request),
    holds: (built) => holdsImage(engine, built),
    leftOvers: () => findLeftOvers(engine, log),
    discard: (built) => discardImage(engine, log, built),
    workshop: {
      folder: (signal) => localFolder(engine, signal),
      makeRoom: (isEnough, signal) => makeRoom(engine, isEnough, signal),
    },
  };
}
