import { writeComment } from '../actions/write-comment.ts';
import { type Answer, created, invalid, notFound, ok, Refused } from '../http/answer.ts';
import { inRepository } from '../http/authorize.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import { paged } from '../http/paging.ts';
import type { Comment, RepositoryRecord } from '../records.ts';
import { renderComment } from '../render/comment.ts';
import { renderUser } from '../render/people.ts';
import { nodeId, timestamp } from '../render/text.ts';
import { nextId } from '../state.ts';
import { emitOfRepository, inBackground } from '../webhooks/emit.ts';
import { issueCommentPayload, type Payload } from '../webhooks/payloads.ts';
import { findPull } from './pulls.ts';

/** Characters (GitHub: "body is too long"). */
const longestBody = 65_536;

function findComment(call: Call, repository: RepositoryRecord): Comment {
  const comment = repository.comments.get(Number(param(call, 'comment_id')));
  if (comment === undefined) throw notFound();
  return comment;
}

function bodyOf(call: Call): string {
  const body = String(call.body.body);
  if (body.trim() === '') throw invalid('IssueComment', 'body', 'body cannot be blank');
  if ([...body].length > longestBody) {
    throw invalid('IssueComment', 'body', `body is too long (maximum is ${longestBody} characters)`);
  }
  return body;
}

function tell(call: Call, repository: RepositoryRecord, comment: Comment, action: string, more: Payload = {}): void {
  const pull = repository.pulls.get(comment.issueNumber);
  if (pull === undefined) return;
  const build = () => issueCommentPayload(call.state, repository, pull, comment, action, call.state.appBot, more);
  inBackground(call.state, emitOfRepository(call.state, 'issue_comment', build, repository));
}

function createComment(call: Call, repository: RepositoryRecord): Answer {
  const pull = findPull(call, repository, 'issue_number');
  if (pull.locked) throw new Refused(403, 'Unable to create comment because issue is locked.');
  const asked = { issueNumber: pull.number, body: bodyOf(call), author: call.state.appBot, byApp: true };
  const comment = writeComment(call.state, repository, asked);
  tell(call, repository, comment, 'created');
  const rendered = renderComment(call.state, repository, comment);
  return created(rendered, rendered.url);
}

function updateComment(call: Call, repository: RepositoryRecord): Answer {
  const comment = findComment(call, repository);
  const pull = repository.pulls.get(comment.issueNumber);
  if (pull?.locked) throw new Refused(403, 'Unable to update comment because issue is locked.');
  const from = comment.body;
  comment.body = bodyOf(call);
  comment.updatedAt = new Date();
  tell(call, repository, comment, 'edited', { changes: { body: { from } } });
  return ok(renderComment(call.state, repository, comment));
}

function deleteComment(call: Call, repository: RepositoryRecord): Answer {
  const comment = findComment(call, repository);
  repository.comments.delete(comment.id);
  tell(call, repository, comment, 'deleted');
  return { status: 204 };
}

function listComments(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const pull = findPull(call, repository, 'issue_number');
  const since = new Date(call.query.get('since') ?? 0);
  const comments = [...repository.comments.values()].filter(
    (one) => one.issueNumber === pull.number && one.updatedAt >= since,
  );
  return paged(call, comments, (one) => renderComment(call.state, repository, one));
}

/** The same reaction twice is one. */
function react(call: Call, repository: RepositoryRecord): Answer {
  const comment = findComment(call, repository);
  const content = String(call.body.content);
  const user = call.state.appBot;
  const known = comment.reactions.find((one) => one.user === user && one.content === content);
  const reaction = known ?? { id: nextId(call.state, 'reaction'), user, content, at: new Date() };
  if (known === undefined) comment.reactions.push(reaction);
  return {
    status: known === undefined ? 201 : 200,
    json: {
      id: reaction.id,
      node_id: nodeId('REA', reaction.id),
      user: renderUser(call.state, reaction.user),
      content: reaction.content,
      created_at: timestamp(reaction.at),
    },
  };
}

const read = ['issues:read', 'pull_requests:read'];
const write = ['issues:write', 'pull_requests:write'];

export const commentRoutes: Routes = {
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': inRepository(read, listComments),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': inRepository(write, createComment),
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': inRepository(read, (call, repository) =>
    ok(renderComment(call.state, repository, findComment(call, repository))),
  ),
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': inRepository(write, updateComment),
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': inRepository(write, deleteComment),
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': inRepository(write, react),
};
