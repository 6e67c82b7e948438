import fs from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** The piece of Emscripten that is missing in PGlite's types. */
type Module = {
  NODEFS?: { stream_ops: { fsync?: (stream: { nfd?: number }) => number } };
  FS: { filesystems: { NODEFS: { stream_ops: { fsync?: (stream: { nfd?: number }) => number } } } };
};

/** Makes PGlite's file system on a folder; `synced` is called after each fsync. */
export type MakeFileSystem = (folder: string, synced: () => void) => NodeFS;

/**
 * PGlite's file system on a folder, with fsync: its own has none, and a commit that it acknowledged would not survive
 * a loss of power. */
export const makeFileSystem: MakeFileSystem = (folder, synced) => {
  const fsync = (stream: { nfd?: number }): number => {
    if (stream.nfd === undefined) return 0;
    fs.fsyncSync(stream.nfd);
    synced();
    return 0;
  };
  class SyncedNodeFS extends NodeFS {
    override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
      const made = await super.init(...args);
      const install = (module: unknown): void => {
        const { NODEFS, FS } = module as Module;
        (NODEFS ?? FS.filesystems.NODEFS).stream_ops.fsync = fsync;
      };
      const { preRun } = made.emscriptenOpts;
      return {
        emscriptenOpts: { ...made.emscriptenOpts, preRun: [...(Array.isArray(preRun) ? preRun : []), install] },
      };
    }
  }
  return new SyncedNodeFS(folder);
};
