import type { ImageBuildOptions } from 'dockerode';
import type { ImageBuildRequest } from './image-builder.ts';
import { labelsToSend } from './labels-to-send.ts';
import { buildName } from './local-names.ts';
import type { PullCredentials } from './open-session.ts';
import type { ParsedDockerfile } from './parse-dockerfile.ts';

/**
 * What the engine is told about a build (Docker Engine API, `POST /build`).
 *
 * @param session for BuildKit, which takes the files from it where it sends them; without it the classic builder builds
 */
export function buildParameters(
  request: ImageBuildRequest,
  dockerfile: ParsedDockerfile,
  session: { readonly id: string; readonly sendsFiles: boolean } | undefined,
  credentials: PullCredentials | undefined,
): ImageBuildOptions {
  const { service } = request.artifact;
  const { target, args } = service.build;
  const parameters = {
    dockerfile: service.dockerfile,
    t: buildName(request.buildId),
    labels: labelsToSend(dockerfile, target, request.labels, request.defaultLabels),
    ...(Object.keys(args).length > 0 && { buildargs: args }),
    ...(target !== undefined && { target }),
    ...(request.noCache && { nocache: true }),
    rm: true,
    forcerm: true,
  };
  // The version is a number, since dockerode opens a session of its own for the text '2'.
  if (session !== undefined) {
    const remote = session.sendsFiles ? { remote: 'client-session' } : {};
    return { ...parameters, ...remote, version: 2, session: session.id, buildid: request.buildId } as object;
  }
  if (credentials === undefined) return parameters;
  const { host, username, password } = credentials;
  return { ...parameters, registryconfig: { [host]: { username, password } } };
}
