import { type GitHub, githubError, type RepositoryName } from '../github.ts';

/**
 * Puts a label on a pull request; GitHub makes it in the repository where there is none of that name (GitHub REST, "Add
 * labels to an issue").
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone`
 */
export async function addLabel(
  github: GitHub,
  { owner, repo, number, label }: RepositoryName & { readonly number: number; readonly label: string },
): Promise<void> {
  try {
    await github.rest.issues.addLabels({ owner, repo, issue_number: number, labels: [label] });
  } catch (error) {
    throw githubError(error, `putting a label on ${owner}/${repo}#${number}`);
  }
}
