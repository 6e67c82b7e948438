/** `a/b/c`: itself, `a/b`, `a`. */
export function pathAndFolders(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}
