import type { Build, Outcome } from '../build-terms.ts';
import type { Annotation, Merge } from '../terms.ts';
import { amiSection } from './ami-section.ts';
import type { Links } from './check-content.ts';
import { formatDuration } from './format-duration.ts';
import { code, cut, fence, link, oneLine, prose, sentence, table } from './markdown.ts';
import { cachedSteps, doing, faultSentence, millisecondsOf, phaseTimes, sizeAndChange } from './words.ts';

/** `published in 38 s`: what stands behind the artifact's name, plain text. */
export function verdictWords(build: Build, outcome: Outcome): string {
  const milliseconds = millisecondsOf(build);
  const after = milliseconds === undefined ? '' : ` after ${formatDuration(milliseconds)}`;
  if (outcome.verdict === 'published') return `published${after.replace('after', 'in')}`;
  if (outcome.verdict !== 'failed') return outcome.verdict;
  if (outcome.fault === 'timeout') return `timed out${after}`;
  return `failed${outcome.phase === undefined ? '' : ` while ${doing[outcome.phase]}`}${after}`;
}

/** How what was published is used: the commands that pull images by tag and by digest, and machine images by region. */
export function pullCommands(
  builds: readonly { readonly build: Build; readonly outcome: Outcome }[],
  registry: string,
): string {
  const images = builds.filter(({ build }) => build.artifact.service.type === 'docker');
  const machines = builds.filter(({ build }) => build.artifact.service.type === 'ami');
  const commands = images.flatMap(({ build, outcome }) => {
    const { service, version } = build.artifact;
    const byTag = `docker pull ${registry}/${service.name}:${version}`;
    return outcome.digest === undefined
      ? [byTag]
      : [byTag, `docker pull ${registry}/${service.name}@${outcome.digest}`];
  });
  const pull = commands.length === 0 ? '' : ['```sh', ...commands, '```'].join('\n');
  return paragraphs(pull, ...machines.map(amiSection));
}

/** Size, time, cache, and where version and name come from. */
export function factsTable(build: Build, outcome: Outcome, previous: Build | undefined): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Size', prose(sizeAndChange(outcome.size, previous))],
    ['Time', prose(phaseTimes(build))],
    ['From the cache', build.artifact.service.type === 'docker' ? cachedSteps(outcome) : ''],
    ['Version', `from ${sentence(cut(build.artifact.versionFrom, 200))}`],
    ['Name', `from ${sentence(cut(build.artifact.service.nameFrom, 200))}`],
  ];
  return table(
    ['', ''],
    facts.filter(([, value]) => value !== ''),
  );
}

/**
 * The reason, whose fault it is, what to do next: for every verdict but `published`.
 * @param most characters of each
 */
export function reasonSection(outcome: Outcome, most: number): string {
  const lines = [sentence(cut(outcome.reason, most))];
  if (outcome.verdict === 'failed' && outcome.fault !== undefined) lines.push(faultSentence[outcome.fault]);
  if (outcome.help !== undefined) lines.push(`**What to do next:** ${sentence(cut(outcome.help, most))}`);
  return lines.join('\n\n');
}

/** The failing step's last lines, with the place in the Dockerfile; empty where there are none. */
export function tailSection(outcome: Outcome, most: { readonly lines: number; readonly characters: number }): string {
  if (!outcome.tail?.length || most.characters <= 0) return '';
  const { annotation } = outcome;
  const place = annotation ? ` (${code(`${cut(annotation.path, 200)}:${annotation.startLine}`)})` : '';
  return `The failing step's last lines${place}:\n\n${fence(outcome.tail, most)}`;
}

/** What the reader should know although the build went on. */
export function notesSection(outcome: Outcome, most: number): string {
  const shown = outcome.notes.slice(0, most).map((note) => `- ${sentence(cut(note, 500))}`);
  const more = outcome.notes.length - shown.length;
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

/** The build's page, the pull request's merge commit. */
export function linksLine(merge: Merge, build: Build, links: Links): string {
  const commit = `${merge.repositoryUrl}/commit/${merge.mergeCommit}`;
  return `${link('Log and steps', links.build(build))} · merge commit ${link(merge.mergeCommit.slice(0, 7), commit)}`;
}

/** Parts with an empty line between; what is empty is left out. */
export const paragraphs = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

/** An annotation as GitHub takes it: plain text, title at most 255 characters. */
export function plainAnnotation(annotation: Annotation): Annotation {
  return {
    ...annotation,
    title: cut(oneLine(annotation.title), 255),
    message: cut(annotation.message.slice(0, 20_000).split('\n').map(oneLine).join('\n'), 10_000),
  };
}
