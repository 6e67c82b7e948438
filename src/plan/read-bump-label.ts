import type { Bump } from '../terms.ts';

/** Reads a label as a bump label: `minor`, `semver:minor`. Undefined for a label about something else. */
export function readBumpLabel(label: string): Bump | undefined {
  const text = label.trim();
  if (text.length > 'semver:major'.length) return undefined;
  const bump = text.toLowerCase().replace(/^semver:/, '');
  return bump === 'major' || bump === 'minor' || bump === 'patch' ? bump : undefined;
}
