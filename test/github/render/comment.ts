import type { Comment, RepositoryRecord } from '../records.ts';
import type { State } from '../state.ts';
import { renderApp, renderUser } from './people.ts';
import { authorAssociation } from './pull.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';
import { nodeId, timestamp } from './text.ts';

const reactionNames = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const;

export function renderReactions(url: string, contents: readonly string[]) {
  const counts = reactionNames.map((name) => [name, contents.filter((one) => one === name).length]);
  return {
    url: `${url}/reactions`,
    total_count: contents.length,
    ...(Object.fromEntries(counts) as Record<(typeof reactionNames)[number], number>),
  };
}

export function renderComment(state: State, repository: RepositoryRecord, comment: Comment) {
  const url = `${repositoryUrl(state, repository)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${repositoryPage(state, repository)}/pull/${comment.issueNumber}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(state, repository)}/issues/${comment.issueNumber}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: renderUser(state, comment.author),
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.updatedAt),
    body: comment.body,
    author_association: authorAssociation(repository, comment.author.login),
    reactions: renderReactions(
      url,
      comment.reactions.map((one) => one.content),
    ),
    performed_via_github_app: comment.byApp ? renderApp(state) : null,
  };
}
