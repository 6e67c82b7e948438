import type { Comment, RepositoryRecord, User } from '../records.ts';
import { nextId, type State } from '../state.ts';

export type NewComment = {
  readonly issueNumber: number;
  readonly body: string;
  readonly author: User;
  readonly byApp: boolean;
};

/** Keeps a comment. Nobody is told yet. */
export function writeComment(state: State, repository: RepositoryRecord, asked: NewComment): Comment {
  const now = new Date();
  const comment = { ...asked, id: nextId(state, 'comment'), createdAt: now, updatedAt: now, reactions: [] };
  repository.comments.set(comment.id, comment);
  return comment;
}
