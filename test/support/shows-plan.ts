import type { CheckRunView, Repository } from '../github/repository.ts';
import { isPlanCheck } from './orders.ts';
import { until } from './until.ts';

/** The newest plan check of a commit. */
export const newestPlan = (repository: Repository, sha: string): CheckRunView | undefined =>
  repository.checkRuns(sha).filter(isPlanCheck).at(-1);

/** Waits until the plan of a pull request's head is shown like this. */
export const showsPlan = (
  repository: Repository,
  number: number,
  conclusion: string,
  text: RegExp,
): Promise<CheckRunView> =>
  until(`#${number}: ${conclusion}, ${text}`, () => {
    const run = newestPlan(repository, repository.pullRequest(number).head.sha);
    const all = `${run?.output.title}\n${run?.output.summary}`;
    return run?.status === 'completed' && run.conclusion === conclusion && text.test(all) && run;
  });
