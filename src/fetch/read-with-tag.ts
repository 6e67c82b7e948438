import { type GitHub, githubError, type RepositoryName } from '../github.ts';
import { forPeople } from './for-people.ts';
import { smallFileLimit } from './read-small-file.ts';
import { tooLarge } from './too-large.ts';

export type TaggedText = { readonly text?: string; readonly etag?: string };

/**
 * Text of one small file at a commit or branch, without `text` where there is none or it is no file; `unchanged` where it
 * is what GitHub sent under this tag, which costs nothing of the rate limit. The raw form is asked for: its tag does not
 * hang on the name of the commit.
 *
 * @throws {SlipwayError} `github-unavailable`, `github-refused`, `source-gone` (the commit is), `source-too-large` above 1 MiB
 */
export async function readWithTag(
  github: GitHub,
  { owner, repo, ref, path, etag }: RepositoryName & { ref: string; path: string; etag: string | undefined },
): Promise<TaggedText | 'unchanged'> {
  try {
    const { data, headers } = await github.rest.repos.getContent({
      owner,
      repo,
      ref,
      path,
      headers: {
        accept: 'application/vnd.github.raw+json',
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
      },
      request: { parseSuccessResponseBody: false },
    });
    const body = data as unknown as ReadableStream<Uint8Array>;
    const tag = headers.etag === undefined ? {} : { etag: headers.etag };
    // A folder, a submodule and a link that leads nowhere are told as JSON.
    if (!headers['content-type']?.includes('raw')) {
      await body.cancel();
      return tag;
    }
    return { ...tag, text: await readAll(body, path) };
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 304) return 'unchanged';
    // The same status says that the path or that the commit is not there.
    const isPath = error instanceof Error && !/no commit found/i.test(error.message);
    if (isPath && 'status' in error && error.status === 404) return {};
    throw githubError(error, `reading ${forPeople(path)} of ${owner}/${repo} at ${ref}`);
  }
}

async function readAll(body: ReadableStream<Uint8Array>, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    // Leaving the loop ends the answer.
    if (bytes > smallFileLimit) throw tooLarge(forPeople(path), smallFileLimit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
