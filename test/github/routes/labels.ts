import { labelOf } from '../actions/open-pull.ts';
import { type Answer, created, invalid, notFound, ok } from '../http/answer.ts';
import { inRepository } from '../http/authorize.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import { paged } from '../http/paging.ts';
import type { Label, Pull, RepositoryRecord } from '../records.ts';
import { renderLabel } from '../render/pull.ts';
import { nextId } from '../state.ts';
import { emitOfRepository, inBackground } from '../webhooks/emit.ts';
import { pullRequestPayload } from '../webhooks/payloads.ts';
import { findPull } from './pulls.ts';

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function tell(call: Call, repository: RepositoryRecord, pull: Pull, action: string, label: Label): void {
  const rendered = renderLabel(call.state, repository, label);
  const build = () => pullRequestPayload(call.state, repository, pull, action, call.state.appBot, { label: rendered });
  inBackground(call.state, emitOfRepository(call.state, 'pull_request', build, repository));
}

const labelsOf = (call: Call, repository: RepositoryRecord, pull: Pull): Answer =>
  ok(pull.labels.map((label) => renderLabel(call.state, repository, label)));

function addLabels(call: Call, repository: RepositoryRecord): Answer {
  const pull = findPull(call, repository, 'issue_number');
  const asked = (call.body.labels ?? []) as (string | { readonly name: string })[];
  for (const one of asked) {
    const label = labelOf(call.state, repository, typeof one === 'string' ? one : one.name);
    if (!pull.labels.includes(label)) {
      pull.labels.push(label);
      tell(call, repository, pull, 'labeled', label);
    }
  }
  return labelsOf(call, repository, pull);
}

function removeLabel(call: Call, repository: RepositoryRecord): Answer {
  const pull = findPull(call, repository, 'issue_number');
  const label = pull.labels.find((one) => same(one.name, param(call, 'name')));
  if (label === undefined) throw notFound();
  pull.labels = pull.labels.filter((one) => one !== label);
  tell(call, repository, pull, 'unlabeled', label);
  return labelsOf(call, repository, pull);
}

function createLabel(call: Call, repository: RepositoryRecord): Answer {
  const {
    name,
    color = 'ededed',
    description = null,
  } = call.body as {
    name: string;
    color?: string;
    description?: string;
  };
  if (repository.labels.has(name.toLowerCase())) throw invalid('Label', 'name', 'already_exists');
  const label = { id: nextId(call.state, 'label'), name, color, description };
  repository.labels.set(name.toLowerCase(), label);
  const rendered = renderLabel(call.state, repository, label);
  return created(rendered, rendered.url);
}

const read = ['issues:read', 'pull_requests:read'];
const write = ['issues:write', 'pull_requests:write'];

export const labelRoutes: Routes = {
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': inRepository(read, (call, repository) => {
    const pull = findPull(call, repository, 'issue_number');
    return paged(call, pull.labels, (label) => renderLabel(call.state, repository, label));
  }),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': inRepository(write, addLabels),
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': inRepository(write, removeLabel),
  'GET /repos/{owner}/{repo}/labels': inRepository(read, (call, repository) =>
    paged(call, [...repository.labels.values()], (label) => renderLabel(call.state, repository, label)),
  ),
  'POST /repos/{owner}/{repo}/labels': inRepository(write, createLabel),
};
