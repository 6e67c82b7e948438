const beginning = Buffer.from('version https://git-lfs.github.com/spec/v1\n');

/** Bytes; a pointer is smaller (Git LFS specification). */
export const lfsPointerLimit = 1024;

/** Whether a file's content is what Git LFS puts in place of it. */
export function isLfsPointer(content: Buffer): boolean {
  return content.length < lfsPointerLimit && content.subarray(0, beginning.length).equals(beginning);
}
