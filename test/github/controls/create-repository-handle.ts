import { commitTo } from '../actions/commit-to.ts';
import { noticePush } from '../actions/notice-push.ts';
import { makeArchive } from '../git/archive.ts';
import { resolveCommit } from '../git/read-repository.ts';
import type { RepositoryRecord } from '../records.ts';
import { fullName, repositoryPage } from '../render/repository.ts';
import type { Repository } from '../repository.ts';
import { installationOf, type State, userOf } from '../state.ts';
import { createCheckControls } from './check-controls.ts';
import { createCommentControls } from './comment-controls.ts';
import { createPullControls } from './pull-controls.ts';
import { usualAuthor } from './usual-author.ts';

/** A repository as tests hold it. */
export function createRepositoryHandle(state: State, record: RepositoryRecord): Repository {
  const revision = async (ref: string): Promise<string> => {
    const commit = await resolveCommit(record.gitDir, ref);
    if (commit === undefined) throw new Error(`${fullName(record)} has no ${ref}`);
    return commit;
  };
  return {
    ...createPullControls(state, record),
    ...createCheckControls(state, record),
    ...createCommentControls(state, record),
    id: record.id,
    owner: record.owner.login,
    ownerId: record.owner.id,
    get name() {
      return record.name;
    },
    get fullName() {
      return fullName(record);
    },
    private: record.private,
    get installationId() {
      return installationOf(state, record)?.id;
    },
    get htmlUrl() {
      return repositoryPage(state, record);
    },
    gitDir: record.gitDir,
    commit: (branch, files, message, { author = usualAuthor, from } = {}) =>
      commitTo(state, record, { branch, files, message, author: userOf(state, author), from }),
    async pushed(branch, before) {
      const after = await revision(`refs/heads/${branch}`);
      await noticePush(state, record, { branch, before, after }, userOf(state, usualAuthor));
    },
    revision,
    makeArchive: (commit) => makeArchive(record, commit),
    setPermission(login, level) {
      userOf(state, login);
      record.permissions.set(login.toLowerCase(), level);
    },
    setSize(size) {
      record.size = size;
    },
    rename(name) {
      record.formerNames.push(record.name.toLowerCase());
      record.name = name;
    },
    remove() {
      record.removed = true;
      for (const installation of state.installations.values()) installation.repositoryIds.delete(record.id);
    },
  };
}
