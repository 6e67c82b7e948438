import type { CheckRunView } from '../github/repository.ts';
import type { GitHubStandIn } from '../github/start-github.ts';
import { inspectImage } from '../support/look-into-image.ts';
import { mergeChecks, type orders } from '../support/orders.ts';
import type { Line } from './chaos-server.ts';

export type ChaosMerge = {
  readonly repository: Awaited<ReturnType<typeof orders>>;
  readonly number: number;
  readonly version: string;
  readonly mergeCommit: string;
  readonly delivery: string;
};

/** A merge as it is seen from outside. */
export type Seen = ChaosMerge & { readonly verdict: string; readonly problems: readonly string[] };

const ours = ({ repository, number, mergeCommit }: ChaosMerge): readonly CheckRunView[] => {
  const { head } = repository.pullRequest(number);
  return mergeChecks(repository).filter(({ head_sha: sha }) => sha === head.sha || sha === mergeCommit);
};

/** Whether a merge has come to its end: checks that are all completed, and its comment. */
export function isSettled(merge: ChaosMerge): boolean {
  const checks = ours(merge);
  return (
    checks.length >= 2 &&
    checks.every(({ status }) => status === 'completed') &&
    merge.repository.comments(merge.number).length > 0
  );
}

/** What is wrong with a merge, as people, GitHub and the registry see it. */
export async function look(merge: ChaosMerge, registry: string): Promise<Seen> {
  const problems: string[] = [];
  const checks = ours(merge);
  const comments = merge.repository.comments(merge.number).length;
  if (comments !== 1) problems.push(`${comments} comments`);
  for (const { status, name } of checks) if (status !== 'completed') problems.push(`${name} is ${status}`);
  const conclusions = new Set(checks.map(({ conclusion }) => conclusion));
  const verdict = [...conclusions].join(', ') || 'none';
  if (conclusions.size !== 1) problems.push(`conclusions: ${verdict}`);
  const reference = `${registry}/${merge.repository.service}:${merge.version}`;
  const commit = await inspectImage(reference).then(
    ({ Labels: labels }) => labels['dev.slipway.commit'],
    () => undefined,
  );
  if (verdict === 'success' && commit !== merge.mergeCommit) problems.push(`${reference} is from ${commit}`);
  if (verdict !== 'success' && commit !== undefined) problems.push(`${reference} is there`);
  return { ...merge, verdict, problems };
}

/** Builds that were built again although they had been pushed to staging. */
export function builtAgain(lines: readonly Line[]): readonly string[] {
  const staged = new Set<string>();
  const again = new Set<string>();
  for (const { msg, build } of lines) {
    if (build === undefined) continue;
    if (msg === 'staged') staged.add(build);
    if (msg === 'phase build' && staged.has(build)) again.add(build);
  }
  return [...again];
}

/** One line for each merge, and what is wrong with it. */
export function tableOf(seen: readonly Seen[]): string {
  const rows = seen.map(({ repository, number, version, delivery, verdict, problems }) => [
    `${repository.service}#${number}`,
    version,
    delivery,
    verdict,
    problems.join('; ') || 'ok',
  ]);
  const all = [['merge', 'version', 'webhook', 'verdict', 'seen from outside'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Violations that faults cannot explain. */
export const violationsOf = (github: GitHubStandIn): readonly string[] =>
  github.takeViolations().map(({ call, problem }) => `${call}: ${problem}`);
