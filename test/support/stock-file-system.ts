import { NodeFS } from '@electric-sql/pglite/nodefs';

/** PGlite's own file system, which knows no fsync. */
export const makeFileSystem = (folder: string): NodeFS => new NodeFS(folder);
