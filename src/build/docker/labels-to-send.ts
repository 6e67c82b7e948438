import { type ParsedDockerfile, type Stage, targetStage } from './parse-dockerfile.ts';

/** Labels that the Dockerfile itself gives to the image of a stage, also in the stages that it is built FROM. */
function ownLabels(stage: Stage | undefined): Set<string> {
  const found = new Set<string>();
  for (let one = stage; one; one = one.parent) {
    for (const label of one.labels) found.add(label);
    for (const label of one.parent?.onbuildLabels ?? []) found.add(label);
  }
  return found;
}

/**
 * The labels for the build API. Those win over the Dockerfile's with both builders, so a default that the Dockerfile
 * sets is not sent. Labels of a base image are no choice of this Dockerfile: defaults win over them.
 */
export function labelsToSend(
  dockerfile: ParsedDockerfile,
  target: string | undefined,
  labels: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = ownLabels(targetStage(dockerfile, target));
  const sent = Object.entries(defaults).filter(([name]) => !own.has(name));
  return { ...Object.fromEntries(sent), ...labels };
}
