/** An image's name as the engine writes it in full: `docker.io/library/alpine:latest`. A digest takes the tag's place. */
export function fullImageName(name: string): string {
  const [repository = '', digest] = name.split('@', 2);
  const slash = repository.indexOf('/');
  const first = slash < 0 ? '' : repository.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost';
  const path = isHost ? repository.slice(slash + 1) : repository;
  const host = isHost ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io';
  const inLibrary = host === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  const colon = inLibrary.lastIndexOf(':');
  const tagged = colon > inLibrary.lastIndexOf('/');
  const bare = tagged ? inLibrary.slice(0, colon) : inLibrary;
  const tag = tagged ? inLibrary.slice(colon) : ':latest';
  return `${host}/${bare}${digest === undefined ? tag : `@${digest}`}`;
}
