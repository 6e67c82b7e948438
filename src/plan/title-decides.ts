import { readBumpLabel } from './read-bump-label.ts';
import { versionsInTitle } from './read-title.ts';
import { readVersionLabel } from './read-version-label.ts';

/**
 * Whether the title may decide a version: only then does it matter (and cost a request) whether its author may write.
 * True where a label is for one service alone, since the title may decide for another.
 */
export function titleDecides({ labels, title }: { labels: readonly string[]; title: string }): boolean {
  const settled = labels.some((label) => {
    const version = readVersionLabel(label);
    return version ? version.service === undefined : readBumpLabel(label) !== undefined;
  });
  return !settled && versionsInTitle(title).length > 0;
}
