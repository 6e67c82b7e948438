import type { CheckKey } from '../store/store.ts';

/** By this a check run is found again on GitHub. */
export const externalIdOf = ({ id }: { id: string }, { subject, commit }: CheckKey): string =>
  `${id}:${subject}:${commit}`;
