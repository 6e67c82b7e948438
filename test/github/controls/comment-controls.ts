import { writeComment } from '../actions/write-comment.ts';
import type { RepositoryRecord } from '../records.ts';
import { fullName } from '../render/repository.ts';
import type { CommentControls } from '../repository.ts';
import { type State, userOf } from '../state.ts';
import { emitOfRepository } from '../webhooks/emit.ts';
import { issueCommentPayload } from '../webhooks/payloads.ts';
import { findPull } from './pull-controls.ts';
import { usualAuthor } from './usual-author.ts';

/** What people read and write under a pull request. */
export function createCommentControls(state: State, record: RepositoryRecord): CommentControls {
  return {
    comments: (number) => [...record.comments.values()].filter((one) => one.issueNumber === number),
    comment(number, body, login = usualAuthor) {
      const pull = findPull(record, number);
      const author = userOf(state, login);
      const comment = writeComment(state, record, { issueNumber: number, body, author, byApp: false });
      const build = () => issueCommentPayload(state, record, pull, comment, 'created', author);
      return emitOfRepository(state, 'issue_comment', build, record);
    },
    async deleteComment(id, login = usualAuthor) {
      const comment = record.comments.get(id);
      if (comment === undefined) throw new Error(`${fullName(record)} has no comment ${id}`);
      record.comments.delete(id);
      const pull = findPull(record, comment.issueNumber);
      const build = () => issueCommentPayload(state, record, pull, comment, 'deleted', userOf(state, login));
      return emitOfRepository(state, 'issue_comment', build, record);
    },
  };
}
