/** What a press of a version's button sends, before the version: at most 20 characters together. */
export const setVersion = 'set:';
