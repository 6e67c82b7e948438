/** PostgreSQL's text holds neither NUL nor half a surrogate pair; JSON can carry both. */
export const storable = (value: string): string => value.toWellFormed().replaceAll('\0', '\uFFFD');
