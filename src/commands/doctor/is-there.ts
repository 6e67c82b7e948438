import { stat } from 'node:fs/promises';

/** Whether something is there that we can see. */
export const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
