/** A name from a repository as it may stand in a sentence: it can hold line ends and back quotes. */
export function forPeople(name: string): string {
  const plain = name.replace(/[\p{Cc}\u2028\u2029`]/gu, '?');
  return `\`${plain.length > 200 ? `${plain.slice(0, 200)}…` : plain}\``;
}
