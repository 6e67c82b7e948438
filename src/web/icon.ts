import type { Status } from './build-status.ts';

const colours: Readonly<Record<Status['tone'], string>> = {
  good: '#2da44e',
  bad: '#e5342b',
  busy: '#f0a30a',
  quiet: '#8b98a7',
};

export const iconTones = Object.keys(colours) as readonly Status['tone'][];

/** A hull on an inclined slipway; with the state of a build, in a tab among many. */
export function icon(tone?: Status['tone']): string {
  const dot =
    tone === undefined ? '' : `<circle cx="24" cy="8" r="7" fill="${colours[tone]}" stroke="#fff" stroke-width="1.6"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b4f8a"/><path d="M7 12h17l-3.2 7H11z" fill="#fff"/><path d="M14 5h3v6h-3z" fill="#9fd0ff"/><path d="M4 21l24 4.5" stroke="#9fd0ff" stroke-width="2.4" stroke-linecap="round"/>${dot}</svg>
`;
}
