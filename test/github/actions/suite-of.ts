import type { CheckSuite, RepositoryRecord } from '../records.ts';
import { nextId, type State } from '../state.ts';

/** The App's suite of checks for a commit; made when it is first asked for. */
export function suiteOf(state: State, repository: RepositoryRecord, headSha: string): CheckSuite {
  const known = [...state.checkSuites.values()].find((one) => one.repository === repository && one.headSha === headSha);
  if (known !== undefined) return known;
  const suite = { id: nextId(state, 'checkSuite'), repository, headSha, createdAt: new Date() };
  state.checkSuites.set(suite.id, suite);
  return suite;
}
