import type { Build, BuildStep, Outcome } from '../build-terms.ts';
import type { Merge } from '../terms.ts';
import {
  factsTable,
  linksLine,
  notesSection,
  paragraphs,
  plainAnnotation,
  pullCommands,
  reasonSection,
  tailSection,
  verdictWords,
} from './build-sections.ts';
import { buttonsOf } from './buttons.ts';
import type { CheckContent, Links } from './check-content.ts';
import { formatDuration } from './format-duration.ts';
import { code, cut, fence, oneLine, table } from './markdown.ts';
import { conclusionOf, dockerfileSteps, doing, nameOf } from './words.ts';

/** How far a running build is. */
export type Progress = {
  readonly steps: readonly BuildStep[];
  /** The log's last lines. */
  readonly tail: readonly string[];
};

export type BuildCheck = {
  readonly merge: Merge;
  readonly build: Build;
  readonly progress?: Progress;
  /** Place in the queue, from 1; for a build that waits. */
  readonly place?: number;
  /** The last published build of the service before this one. */
  readonly previous?: Build;
  /** Address of the registry with its prefix: `registry.lan:5000/team`. */
  readonly registry: string;
  readonly links: Links;
};

const progressTail = { lines: 30, characters: 6000 };
const failureTail = { lines: 60, characters: 12_000 };

/** The check run `slipway / <service>` of a build, in whatever state the build is. */
export function renderBuildCheck(check: BuildCheck): CheckContent {
  const { merge, build, links } = check;
  const common = {
    name: checkName(build.artifact.service.name),
    annotations: [],
    actions: buttonsOf(build),
    detailsUrl: links.build(build),
    ...(build.startedAt && { startedAt: build.startedAt }),
  };
  const { outcome } = build;
  if (outcome !== undefined) {
    return {
      ...common,
      status: 'completed',
      conclusion: conclusionOf(outcome),
      title: titleOf(build, outcome),
      summary: summaryOf(check, outcome),
      ...textOf(outcome),
      annotations: outcome.annotation ? [plainAnnotation(outcome.annotation)] : [],
      ...(build.endedAt && { completedAt: build.endedAt }),
    };
  }
  const name = nameOf(build.artifact);
  if (build.state === 'queued') {
    if (build.waitsFor !== undefined || build.retryAt !== undefined)
      return { ...common, status: 'queued', ...waiting(check) };
    const place =
      check.place === undefined ? '' : check.place <= 1 ? ', next in the queue' : `, place ${check.place} in the queue`;
    return {
      ...common,
      status: 'queued',
      title: `${name} waits${place}`,
      summary: paragraphs(`${code(name)} is built as soon as a worker is free.`, linksLine(merge, build, links)),
    };
  }
  if (build.cancelRequested) {
    return {
      ...common,
      status: 'in_progress',
      title: `${name}: cancelling`,
      summary: paragraphs(`${code(name)} is being cancelled.`, linksLine(merge, build, links)),
    };
  }
  const phase = build.phase ? doing[build.phase] : 'starting';
  const step = currentStep(build, check.progress);
  return {
    ...common,
    status: 'in_progress',
    title: `${name}: ${phase}${step ? `, step ${step.number} of ${step.of}` : ''}`,
    summary: paragraphs(
      step ? `Step ${step.number} of ${step.of}: ${code(cut(step.name, 300))}` : `${code(name)}: ${phase}.`,
      linksLine(merge, build, links),
    ),
    ...(check.progress?.tail.length ? { text: fence(check.progress.tail, progressTail) } : {}),
  };
}

/** A build that somebody else holds up: the engine, a disk, or the registry that is tried again. */
function waiting({ merge, build, links }: BuildCheck): Pick<CheckContent, 'title' | 'summary'> {
  const name = nameOf(build.artifact);
  const { phase, retryAt, waitsFor } = build;
  if (waitsFor !== undefined) {
    const reason =
      waitsFor === 'engine'
        ? 'The engine does not answer'
        : 'Less room is left on a disk of this worker than a build needs';
    return {
      title: `${name} waits for the ${waitsFor}`,
      summary: paragraphs(
        `${reason}; ${code(name)} goes on by itself as soon as it can.`,
        linksLine(merge, build, links),
      ),
    };
  }
  const doneSoFar = phase === undefined ? 'starting' : doing[phase];
  const failures = phase === undefined ? 0 : (build.tries[phase]?.failures ?? 0);
  return {
    title: `${name}: ${doneSoFar} is tried again`,
    summary: paragraphs(
      `Try ${failures} of ${doneSoFar} has failed; the next one is at ${(retryAt ?? build.createdAt).toISOString().slice(11, 19)} UTC.`,
      linksLine(merge, build, links),
    ),
  };
}

/** `slipway / orders` */
export const checkName = (service: string): string => `slipway / ${service}`;

function currentStep(build: Build, progress: Progress | undefined) {
  if (build.phase !== 'build' || !progress) return undefined;
  const begun = progress.steps.filter((step) => step.startedAt !== undefined);
  const step = begun.findLast(({ endedAt }) => endedAt === undefined) ?? begun.at(-1);
  return step && { name: step.name, number: progress.steps.indexOf(step) + 1, of: progress.steps.length };
}

/** `orders:1.4.2 published in 38 s`; a refusal tells its reason at once. */
function titleOf(build: Build, outcome: Outcome): string {
  const line = `${nameOf(build.artifact)} ${verdictWords(build, outcome)}`;
  return outcome.verdict === 'refused'
    ? cut(`${line}: ${oneLine(cut(outcome.reason, 500)).replaceAll('`', '')}`, 200)
    : line;
}

function summaryOf({ merge, build, previous, registry, links }: BuildCheck, outcome: Outcome): string {
  const end = [notesSection(outcome, 20), linksLine(merge, build, links)];
  if (outcome.verdict === 'published') {
    return paragraphs(pullCommands([{ build, outcome }], registry), factsTable(build, outcome, previous), ...end);
  }
  return paragraphs(reasonSection(outcome, 2000), ...end);
}

function textOf(outcome: Outcome): { text?: string } {
  const steps = dockerfileSteps(outcome)
    .slice(0, 100)
    .map(({ name, startedAt, endedAt, cached, error }) => {
      const seconds = startedAt && endedAt ? formatDuration(endedAt.getTime() - startedAt.getTime()) : '';
      return [code(cut(name, 150)), cached ? 'from the cache' : error === undefined ? seconds : 'failed'];
    });
  const text = paragraphs(tailSection(outcome, failureTail), steps.length === 0 ? '' : table(['Step', 'Time'], steps));
  return text === '' ? {} : { text };
}
