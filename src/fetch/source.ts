import type { Readable } from 'node:stream';
import type { HeldContext } from '../context-entry.ts';

/** Limits on what a source may be; more is refused. */
export type SourceLimits = {
  /** Bytes, of the archive and of what it unpacks to, each. */
  readonly bytes: number;
  /** Files, folders and links together. */
  readonly entries: number;
  /** Bytes up to which an unpacked archive is held in memory, so that nobody has to unpack it again; default 1 MiB. */
  readonly held?: number;
};

/**
 * A tree of files at one commit: a GitHub tarball kept in a file, or a folder on disk.
 * Paths are POSIX and relative to the repository's root, without a leading `./`.
 */
export type Source = {
  /** The commit that the archive says it holds. */
  readonly commit: string | undefined;
  /** Text of a small file (at most 1 MiB; more is refused); undefined where there is none or it is no regular file. */
  read(path: string): Promise<string | undefined>;
  /** `file`, `folder`, `link` or undefined. */
  kind(path: string): Promise<'file' | 'folder' | 'link' | undefined>;
  /** The build context of a folder of this source, as an uncompressed tar, made in one pass. A Dockerfile that is named has to be there. */
  context(options: { path: string; dockerfile?: string; signal: AbortSignal }): Readable;
  /** The same context with all of its content, where that is little; what the ignore file names is told apart in it. */
  smallContext(options: { path: string; dockerfile?: string; signal: AbortSignal }): Promise<HeldContext | undefined>;
  /** SHA-256 (hex) over sorted path, mode and content of the same context. */
  contextDigest(options: { path: string; dockerfile?: string; signal: AbortSignal }): Promise<string>;
  /** What the build cannot see although a clone would have it: submodules, LFS pointers, `export-ignore`. Sentences for people. */
  readonly notes: readonly string[];
};
