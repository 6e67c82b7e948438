import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where a program is. @param searched the value of `PATH` */
export const findProgram = (name: string, searched: string | undefined): string | undefined =>
  (searched ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
