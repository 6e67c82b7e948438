import type { Probot } from 'probot';
import { countedFetch } from '../counted-fetch.ts';
import { signInWith } from '../fetch/sign-in.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Actions } from '../publish/actions.ts';
import { createActions } from '../publish/create-actions.ts';
import { keepRoom } from '../publish/keep-room.ts';
import { openSourceShelf } from '../publish/open-source-shelf.ts';
import { openTools } from '../publish/open-tools.ts';
import { startPublishing } from '../publish/start-publishing.ts';
import { tidySources } from '../publish/tidy-sources.ts';
import { openRegistry } from '../push/open-registry.ts';
import { type AllowedOwners, allowedOwners } from '../receive/allowed-owners.ts';
import { askApp } from '../receive/ask-app.ts';
import { authAtOnce } from '../receive/auth-at-once.ts';
import { createProgressBudget } from '../report/progress-budget.ts';
import type { Environment, Role, Settings } from '../settings.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createWeb } from '../web/create-web.ts';
import { cookieKey, linkKey } from '../web/link-key.ts';
import { signLink } from '../web/sign-link.ts';
import { askAboutRepositories } from './ask-about-repositories.ts';
import { measuredStore } from './measured-store.ts';

const sourceEntryLimit = 200_000;

export type Slipway = {
  readonly store: Store;
  readonly owners: AllowedOwners;
  /** What people may do to builds, from the pages and from GitHub. */
  readonly actions: Actions;
  readonly web: ReturnType<typeof createWeb>;
  /** Takes up the work of the queues. */
  startWork(): Promise<void>;
  /** Takes up nothing more, and lets running builds end, at most `graceMs` milliseconds. */
  stopWork(graceMs: number): Promise<void>;
  /** Lets go of everything in reverse order. */
  close(): Promise<void>;
};

export type SlipwayOptions = {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly role: Role;
  readonly app: Pick<Probot, 'auth'>;
  /** Base of every link, without a slash at its end. */
  readonly publicUrl: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Seconds before the second, third, ... try of a phase. */
  readonly waits?: readonly number[];
};

/**
 * Everything of Slipway but its front door, so that the server and any Probot host can put theirs before it.
 *
 * @throws {SlipwayError} `bad-settings`, `store-failed`
 */
export async function openSlipway(options: SlipwayOptions): Promise<Slipway> {
  const { settings, environment, role, app, publicUrl, log, metrics } = options;
  const releasers: (() => unknown)[] = [];
  const letGo = async () => {
    for (const release of releasers.splice(0).toReversed()) await release();
  };
  try {
    const registry = openRegistry({ settings: settings.registry, log });
    releasers.push(() => registry.close());
    const { tools, engine } = openTools({ registry, environment, log });
    releasers.push(() => engine.close());
    const { databaseUrl, dataDir, logLimit } = settings;
    const store = measuredStore(await openStore({ databaseUrl, dataDir, logLimit, role, log }), { metrics, log });
    releasers.push(() => store.close());
    const owners = await allowedOwners({ settings, store, app, log });
    releasers.push(() => owners.stop());
    const limits = { bytes: settings.sourceLimit, entries: sourceEntryLimit };
    const shelf = await openSourceShelf({ dataDir, limits });
    const room = keepRoom({
      dataDir,
      // Who builds nothing clears nothing away.
      workshops: role === 'web' ? [] : Object.values(tools.builders).flatMap(({ workshop }) => workshop ?? []),
      tidySources: async (pressing) => (role === 'web' ? undefined : await tidySources({ store, shelf }, { pressing })),
      high: settings.diskHigh,
      log,
    });
    releasers.push(() => room.stop());
    const checks = {
      engine: () => engine.ping(),
      registry: () => registry.ping(AbortSignal.timeout(10_000)),
      disk: async () => {
        const full = await room.short();
        if (full !== undefined) throw new Error(`the disk of ${full} has less room than a build needs`);
      },
    };
    const key = await linkKey(store);
    const actions = createActions({ store, log });
    const streams = new AbortController();
    releasers.push(() => streams.abort());
    const github = (installationId: number) => app.auth(installationId);
    const counted = countedFetch(fetch, metrics);
    const signIn =
      settings.oauth &&
      signInWith({ api: settings.githubApi, web: settings.githubWeb, fetch: counted, ...settings.oauth });
    const web = createWeb({
      store,
      checks,
      settings,
      linkKey: key,
      cookieKey: await cookieKey(store),
      log,
      metrics,
      ask: askAboutRepositories({ api: settings.githubApi, github, signIn, fetch: counted }),
      signIn,
      actions,
      publicUrl,
      stopped: streams.signal,
    });
    // Who can sign in needs no key in an address. A public repository's build needs one when GitHub can no longer be
    // asked what the repository is: after the App was suspended there, its page still says why nothing was published.
    const isSigned = (merge: { private: boolean }) =>
      signIn === undefined && (merge.private || settings.visibility === 'repository');
    let bot: Promise<string> | undefined;
    const botLogin = () => {
      bot ??= askApp(app).then(({ slug }) => `${slug}[bot]`);
      bot.catch(() => {
        bot = undefined;
      });
      return bot;
    };
    const startWork = async () => {
      const publishing = await startPublishing({
        ...tools,
        registry,
        store,
        shelf,
        actions,
        github,
        githubAtOnce: (installationId) => authAtOnce(app, installationId),
        botLogin,
        progressBudget: createProgressBudget(),
        async obstacle() {
          try {
            await engine.ping();
          } catch (error) {
            log.warn({ err: error }, 'no build is taken up: the engine does not answer');
            return 'engine';
          }
          return (await room.short()) === undefined ? undefined : 'disk';
        },
        isShort: async () => (await room.short()) !== undefined,
        mayServe: (owner) => owners.decide(owner),
        buildLink: (build, merge) => publicUrl() + (isSigned(merge) ? signLink(key, build) : `/builds/${build.id}`),
        buildTimeout: settings.buildTimeout,
        concurrency: settings.buildConcurrency,
        keepMs: settings.buildKeep,
        worker: { dataDir, diskHigh: settings.diskHigh, engine: () => engine.identity() },
        ...(options.waits === undefined ? {} : { waits: options.waits }),
      });
      releasers.push(() => publishing.stop());
    };
    return {
      store,
      owners,
      actions,
      web,
      startWork,
      async stopWork(graceMs) {
        await store.stopWork(graceMs);
        // Logs stay open until nothing is written to them any more; the server's end would else wait for their readers.
        streams.abort();
      },
      close: letGo,
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}
