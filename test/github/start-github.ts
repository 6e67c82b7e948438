import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { createRepository, installApp } from './actions/create-repository.ts';
import { createRepositoryHandle } from './controls/create-repository-handle.ts';
import { createInstallationControls } from './controls/installation-controls.ts';
import { usualAuthor } from './controls/usual-author.ts';
import { appPrivateKey, createState } from './create-state.ts';
import type { GitHubOptions, GitHubStandIn, RepositoryOptions } from './github-stand-in.ts';
import { listen } from './http/listen.ts';
import { serveApi } from './http/serve-api.ts';
import { serveArchives } from './http/serve-archives.ts';
import type { Repository } from './repository.ts';
import { routes } from './routes/routes.ts';
import { type State, userOf } from './state.ts';
import { isOAuth, serveOAuth } from './web/serve-oauth.ts';
import { isPage, serveWeb } from './web/serve-web.ts';
import { deliver, redeliver } from './webhooks/deliver.ts';
import { emit } from './webhooks/emit.ts';
import { pingPayload } from './webhooks/payloads.ts';
import { signWebhook } from './webhooks/sign.ts';

// One door for those who use the stand-in.
export type { GitHubOptions, GitHubStandIn } from './github-stand-in.ts';

async function addRepository(state: State, asked: RepositoryOptions): Promise<Repository> {
  const owner = userOf(state, asked.owner, asked.ownerType ?? 'Organization');
  const record = await createRepository(state, {
    owner,
    name: asked.name,
    private: asked.private ?? false,
    branches: asked.branches ?? ['main', 'develop'],
    files: asked.files ?? { 'README.md': `# ${asked.name}\n` },
    author: userOf(state, usualAuthor),
  });
  record.permissions.set(usualAuthor, 'write');
  if (asked.install !== false) installApp(state, owner).repositoryIds.add(record.id);
  return createRepositoryHandle(state, record);
}

/** Starts a stand-in for github.com on free ports. It prints nothing and keeps its state in a temporary folder. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const { basePath = '', host = '127.0.0.1' } = options;
  const state = await createState(options);
  const api = serveApi(state, basePath, routes);
  const web = serveWeb(state);
  const main = await listen(
    state,
    (request, response) =>
      isOAuth(request.url ?? '/')
        ? serveOAuth(state, request, response)
        : isPage(request.url ?? '/', basePath)
          ? web(request, response)
          : api(request, response),
    host,
  );
  const archives = await listen(state, serveArchives(state), host);
  state.webUrl = main.origin;
  state.apiUrl = main.origin + basePath;
  state.archiveUrl = archives.origin;

  return {
    ...createInstallationControls(state),
    apiUrl: state.apiUrl,
    webUrl: state.webUrl,
    appId: state.appId,
    privateKey: appPrivateKey(),
    webhookSecret: state.hook.secret,
    oauth: { clientId: state.clientId, clientSecret: state.clientSecret },
    knobs: state.settings,
    requests: state.requests,
    deliveries: state.deliveries,
    violations: state.violations,
    deliverTo(url) {
      state.hook.url = url;
    },
    createRepository: (asked) => addRepository(state, asked),
    inject(fault) {
      state.faults.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
    },
    clearFaults() {
      state.faults.length = 0;
    },
    sign: (event, content, signing) => signWebhook(state, event, content, signing),
    send: (webhook) => deliver(state, webhook, { action: null, installationId: null, repositoryId: null }),
    redeliver: (delivery) => redeliver(state, delivery),
    ping: () => emit(state, 'ping', () => pingPayload(state), undefined),
    expireTokens() {
      for (const token of [...state.tokens.values(), ...state.personTokens.values()]) token.expiresAt = 0;
    },
    async settled() {
      while (state.background.size > 0) await Promise.all(state.background);
    },
    assertNoViolations() {
      const list = state.violations.map(({ call, problem }) => `${call}: ${problem}`);
      assert.deepEqual(list, [], 'GitHub would not have had these exchanges');
    },
    takeViolations: () => state.violations.splice(0),
    async stop() {
      state.stopped.abort();
      await Promise.all([main.close(), archives.close()]);
      await Promise.allSettled(state.background);
      await rm(state.folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
