import type { Build, Outcome } from '../build-terms.ts';
import type { Merge, Plan, Refusal } from '../terms.ts';
import {
  factsTable,
  linksLine,
  notesSection,
  paragraphs,
  pullCommands,
  reasonSection,
  tailSection,
  verdictWords,
} from './build-sections.ts';
import type { Links } from './check-content.ts';
import { formatDuration } from './format-duration.ts';
import { code, cut, link, prose, sentence, table } from './markdown.ts';
import { millisecondsOf, nameOf, sizeAndChange } from './words.ts';

/** By this and its author the comment is found again where its id is not known. */
export const commentMarker = '<!-- slipway: the verdict of this pull request -->';

/** GitHub's limit for a comment, in characters. */
const longestComment = 65_536;

export type CommentBuild = {
  readonly build: Build;
  readonly outcome: Outcome;
  /** The last published build of the service before this one. */
  readonly previous?: Build;
};

export type Comment = {
  readonly merge: Merge;
  readonly plan: Plan;
  /** Builds that ended, the newest of each artifact. */
  readonly builds: readonly CommentBuild[];
  /** Address of the registry with its prefix: `registry.lan:5000/team`. */
  readonly registry: string;
  readonly links: Links;
};

/** How much of it is shown; taken down until the comment fits. */
type Room = {
  readonly rows: number;
  /** Characters of each reason. */
  readonly reason: number;
  readonly tail: { readonly lines: number; readonly characters: number };
};

const noTail = { lines: 0, characters: 0 };
const rooms: readonly Room[] = [
  { rows: 100, reason: 2000, tail: { lines: 30, characters: 4000 } },
  { rows: 100, reason: 2000, tail: { lines: 10, characters: 1000 } },
  { rows: 100, reason: 300, tail: noTail },
  { rows: 25, reason: 300, tail: noTail },
  { rows: 5, reason: 200, tail: noTail },
];

/** The one comment of a pull request, with the verdict of everything that its merge publishes. */
export function renderComment(comment: Comment): string {
  for (const room of rooms) {
    const body = `${commentMarker}\n${bodyOf(comment, room)}\n`;
    if (body.length <= longestComment) return body;
  }
  return `${commentMarker}\nThe verdicts do not fit into a comment; the checks of the merge commit show them.\n`;
}

function bodyOf(comment: Comment, room: Room): string {
  const { plan, builds } = comment;
  if (plan.kind === 'refused') {
    // Planned again by a later label, a merge may have published some of its services before.
    const earlier = builds.length > 0 ? severalServices(comment, room) : '### Nothing was published';
    return paragraphs(earlier, refusalText(plan.refusal, room.reason));
  }
  if (plan.kind !== 'publish' && builds.length === 0) {
    return paragraphs('### Nothing to publish', sentence(cut(plan.reason, room.reason)));
  }
  const [build] = builds;
  if (builds.length > 1) return severalServices(comment, room);
  if (build) return oneService(comment, build, room);
  return '### Nothing was published';
}

const refusalText = ({ reason, help }: Refusal, most: number): string =>
  paragraphs(sentence(cut(reason, most)), `**What to do next:** ${sentence(cut(help, most))}`);

const heading = (build: Build, outcome: Outcome): string =>
  `${code(nameOf(build.artifact))} ${prose(verdictWords(build, outcome))}`;

function oneService(
  { merge, registry, links }: Comment,
  { build, outcome, previous }: CommentBuild,
  room: Room,
): string {
  const main =
    outcome.verdict === 'published'
      ? [pullCommands([{ build, outcome }], registry), factsTable(build, outcome, previous)]
      : [reasonSection(outcome, room.reason), tailSection(outcome, room.tail)];
  return paragraphs(
    `### ${heading(build, outcome)}`,
    ...main,
    notesSection(outcome, 20),
    linksLine(merge, build, links),
  );
}

function severalServices(comment: Comment, room: Room): string {
  const { merge, builds, registry, links } = comment;
  const rows = builds.map((entry) => rowOf(entry, links));
  const published = builds.filter(({ outcome }) => outcome.verdict === 'published');
  const others = builds.filter(({ outcome }) => outcome.verdict !== 'published').slice(0, room.rows);
  const hidden = rows.length - room.rows;
  return paragraphs(
    `### ${published.length} of ${rows.length} services published`,
    table(['Service', 'Version', 'Verdict', 'Size', 'Time'], rows.slice(0, room.rows)),
    hidden > 0 ? `And ${hidden} more; the checks of the merge commit show them.` : '',
    pullCommands(published.slice(0, room.rows), registry),
    ...others.map(({ build, outcome }) =>
      paragraphs(
        `#### ${heading(build, outcome)}`,
        reasonSection(outcome, room.reason),
        tailSection(outcome, room.tail),
        linksLine(merge, build, links),
      ),
    ),
    notesOf(builds, room),
  );
}

function rowOf({ build, outcome, previous }: CommentBuild, links: Links): readonly string[] {
  const milliseconds = millisecondsOf(build);
  return [
    code(build.artifact.service.name),
    code(build.artifact.version),
    link(outcome.verdict, links.build(build)),
    outcome.verdict === 'published' ? prose(sizeAndChange(outcome.size, previous)) : '',
    milliseconds === undefined ? '' : formatDuration(milliseconds),
  ];
}

function notesOf(builds: readonly CommentBuild[], room: Room): string {
  const noted = builds.filter(({ outcome }) => outcome.notes.length > 0).slice(0, room.rows);
  return noted
    .map(({ build, outcome }) => `${code(nameOf(build.artifact))}:\n\n${notesSection(outcome, 5)}`)
    .join('\n\n');
}
