/** The person who does what nobody is named for; a member who may write. */
export const usualAuthor = 'mona';
