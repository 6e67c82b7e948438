import { spawn } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { archiveArguments, archiveFile, archiveFolder } from '../git/archive.ts';
import { resolveCommit } from '../git/read-repository.ts';
import { gitEnvironment, runGit } from '../git/run-git.ts';
import type { RepositoryRecord } from '../records.ts';
import { fullName } from '../render/repository.ts';
import type { State } from '../state.ts';
import { fail, sendHalf, takeFault } from './faults.ts';

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

const namedIn = (state: State, owner: string, name: string): RepositoryRecord | undefined =>
  [...state.repositories.values()].find((one) => fullName(one) === `${owner}/${name}` && !one.removed);

/** The archive as git writes it, as it is being written. */
function stream(state: State, response: ServerResponse, gitDir: string, args: readonly string[]): void {
  const child = spawn('git', ['--git-dir', gitDir, ...args], {
    env: gitEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
    signal: state.stopped.signal,
  });
  // An archive that git could not finish must not look complete.
  child.on('error', () => response.destroy());
  child.on('close', (code) => (code === 0 ? response.end() : response.destroy()));
  response.on('close', () => child.kill());
  child.stdout.pipe(response, { end: false });
}

/** GitHub's other origin, codeload: archives, for whoever has a link that is still good. */
export function serveArchives(state: State) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', state.archiveUrl);
    const time = new Date();
    const token = request.headers.authorization !== undefined;
    const method = request.method ?? 'GET';
    const record = { method, route: undefined, path: url.pathname, status: 0, time, token, body: undefined };
    state.requests.push(record);
    if (token) {
      const problem = 'the installation token was sent to the origin of the archives';
      state.violations.push({ call: `${method} ${url.pathname}`, problem });
    }
    const fault = takeFault(state, method, url.pathname);
    const half = fault?.fault === 'truncate' || fault?.fault === 'cut' ? fault.fault : undefined;
    if (fault !== undefined && half === undefined) {
      record.status = fail(response, fault.fault) ?? 0;
      return;
    }
    const [, owner = '', name = '', ref = ''] =
      /^\/([^/]+)\/([^/]+)\/legacy\.tar\.gz\/(.+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    const repository = namedIn(state, owner, name);
    const good = (state.archiveTokens.get(url.searchParams.get('token') ?? '') ?? 0) > Date.now();
    const commit = repository === undefined || !good ? undefined : await resolveCommit(repository.gitDir, ref);
    if (repository === undefined || commit === undefined || method !== 'GET') {
      record.status = 404;
      refuse(response, 404, '404: Not Found');
      return;
    }
    const folder = archiveFolder(repository, commit);
    const args = archiveArguments(repository, commit);
    const headers = {
      'Content-Type': 'application/x-gzip',
      'Content-Disposition': `attachment; filename=${folder}.tar.gz`,
      ETag: `W/"${commit}"`,
    };
    record.status = 200;
    if (half !== undefined) {
      sendHalf(response, 200, headers, await runGit(repository.gitDir, args), half);
      return;
    }
    response.writeHead(200, headers);
    const made = archiveFile(repository, commit);
    if (existsSync(made)) {
      createReadStream(made)
        .on('error', () => response.destroy())
        .pipe(response);
      return;
    }
    stream(state, response, repository.gitDir, args);
  };
}
