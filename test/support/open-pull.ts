import type { PullRequest } from '../../src/terms.ts';

/** An open pull request whose title asks for nothing. */
export const openPull: PullRequest = {
  installationId: 7,
  repositoryId: 42,
  owner: 'acme',
  repo: 'orders',
  private: false,
  repositoryUrl: 'https://github.com/acme/orders',
  repositorySize: 1,
  number: 12,
  isOpen: true,
  isDraft: false,
  headSha: '1'.repeat(40),
  baseRef: 'develop',
  title: 'One',
  labels: [],
  author: 'ada',
  updatedAt: new Date('2026-11-24T12:00:00Z'),
};
