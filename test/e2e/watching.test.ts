import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { usualAuthor } from '../github/controls/usual-author.ts';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { openTab, startBrowser, visit } from '../support/browser.ts';
import { dockerfile, orders, settledPull } from '../support/orders.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startTestSlipway, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

let postgres: TestPostgres;
let browser: Browser;
before(async () => {
  [postgres, browser] = await Promise.all([startPostgres(), startBrowser()]);
});
after(() => Promise.all([postgres?.stop(), browser?.close()]));

async function start(test: TestContext, given: Record<string, string> = {}) {
  const github = await startGitHub();
  test.after(() => github.stop());
  const { clientId, clientSecret } = github.oauth;
  const environment = {
    DATABASE_URL: await postgres.database(),
    GITHUB_CLIENT_ID: clientId,
    GITHUB_CLIENT_SECRET: clientSecret,
    BUILD_CONCURRENCY: '1',
    SHUTDOWN_GRACE: '1s',
    ...given,
  };
  const slipway = await startTestSlipway(github, { environment });
  return { github, slipway, environment };
}

let count = 0;

/** A merge whose steps nobody has built before, and the id of its build. */
async function merged(github: GitHubStandIn, given: { private?: boolean; lines: readonly string[] }) {
  count += 1;
  const own = `RUN echo ${process.pid}-${Date.now()}-${count}`;
  const repository = await orders(github, {
    private: given.private ?? false,
    files: { Dockerfile: dockerfile(own, ...given.lines) },
  });
  const pull = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['version:1.0.0'] });
  await repository.merge(pull.number);
  const id = await until('the merge has a build', () =>
    repository
      .checkRuns()
      .at(-1)
      ?.details_url?.match(/builds\/([\w-]+)/)
      ?.at(1),
  );
  return { repository, id, verdict: () => settledPull(repository, pull.number) };
}

/** Prints numbered lines, a quarter of a second apart. */
const slowly = (lines: number) =>
  `RUN i=1; while [ $i -le ${lines} ]; do echo "line $i of ${lines}"; sleep 0.25; i=$((i+1)); done`;

/** Says at the end whether the page was ever loaded anew. */
const mark = (page: Page) => page.evaluate('globalThis.isStillTheSame = true');
const isStillTheSame = (page: Page) => page.evaluate('globalThis.isStillTheSame === true');

/** Waits until the title tells a state. */
const titled = (page: Page, sign: string) =>
  until(`the title says ${sign}`, async () => (await page.title()).startsWith(sign), 60_000);

/** The lines of the page by their numbers: on it those of a step stand together, also where the step ran twice. */
async function shownLog(page: Page): Promise<string[]> {
  const lines = await page
    .locator('#log .line')
    .evaluateAll((all) =>
      all.map((one) => [Number(one.id.slice(1)), one.lastElementChild?.textContent ?? ''] as const),
    );
  return lines.sort(([one], [other]) => one - other).map(([, text]) => text);
}
const rawLog = async ({ url }: { url: string }, id: string) =>
  (await (await fetch(`${url}/builds/${id}/log`)).text()).split('\n').slice(0, -1);

async function signIn(page: Page, slipway: TestSlipway, path: string, login: string): Promise<void> {
  await visit(page, slipway.publicUrl + path);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Account').fill(login);
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.getByText(login, { exact: true }).waitFor();
}

describe('a build in the browser', { concurrency: 2 }, () => {
  it('is watched from its place in the queue to its publication, behind one that is cancelled by a button', async (test) => {
    const { github, slipway } = await start(test);
    test.after(() => slipway.stop());
    const first = await merged(github, { lines: ['RUN sleep 120'] });
    const watching = (await openTab(browser, test)).page;
    await visit(watching, `${slipway.publicUrl}/builds/${first.id}`);
    await titled(watching, '●');
    const second = await merged(github, { lines: [slowly(12)] });
    const { page, problems } = await openTab(browser, test);
    await visit(page, `${slipway.publicUrl}/builds/${second.id}`);
    await mark(page);
    await page.getByText('Place 1 in the queue.').waitFor();
    assert.match(await page.title(), /^○ orders/);
    await visit(watching, `${slipway.publicUrl}/builds`);
    assert.match((await watching.textContent('#live-list')) ?? '', /place 1/);

    const outsider = (await openTab(browser, test)).page;
    await signIn(outsider, slipway, `/builds/${first.id}`, 'outsider');
    assert.equal(await outsider.getByRole('button', { name: 'Cancel' }).count(), 0);
    const author = (await openTab(browser, test)).page;
    await signIn(author, slipway, `/builds/${first.id}`, usualAuthor);
    await author.getByRole('button', { name: 'Cancel' }).click();
    await titled(author, '■');
    await author.getByText(`Cancelled by ${usualAuthor}`).first().waitFor();

    await titled(page, '●');
    await page.getByText('line 2 of 12', { exact: true }).waitFor();
    assert.equal(
      await page.getByText('line 12 of 12', { exact: true }).count(),
      0,
      'the log comes while it is printed',
    );
    await titled(page, '✓');
    await page
      .getByText(/^docker pull .*:1\.0\.0$/)
      .first()
      .waitFor();
    assert.match((await page.getAttribute('link[rel=icon]', 'href')) ?? '', /slipway-good/);
    await second.verdict();
    assert.deepEqual(await shownLog(page), await rawLog(slipway, second.id));
    assert.equal(await page.locator('[role=region] .follow').isVisible(), false);
    assert.ok(await isStillTheSame(page), 'the page was never loaded anew');
    assert.deepEqual(problems, []);
    assert.match((await page.textContent('#timeline')) ?? '', /queued.*fetch.*build.*push/s);

    await visit(author, `${slipway.publicUrl}/builds/${first.id}`);
    await author.getByRole('button', { name: 'Rebuild', exact: true }).click();
    await author.waitForURL((url) => url.pathname !== `/builds/${first.id}`);
    await author.getByText('Asked for by', { exact: true }).waitFor();
    await author.getByRole('button', { name: 'Cancel' }).click();
    await titled(author, '■');
    github.assertNoViolations();
  });

  it('catches up by itself after the server was started anew', async (test) => {
    const { github, slipway, environment } = await start(test);
    const { id, verdict } = await merged(github, { lines: [slowly(16)] });
    const { page } = await openTab(browser, test);
    await visit(page, `${slipway.publicUrl}/builds/${id}`);
    await mark(page);
    await page.getByText('line 3 of 16', { exact: true }).waitFor();
    const { port } = slipway;
    await slipway.stop();
    const again = await startTestSlipway(github, { environment: { ...environment, PORT: String(port) } });
    test.after(() => again.stop());
    await titled(page, '✓');
    await verdict();
    assert.deepEqual(await shownLog(page), await rawLog(again, id));
    assert.ok(await isStillTheSame(page), 'the page was never loaded anew');
  });

  it('that fails shows its step opened at the error, the fault, and what to do', async (test) => {
    const { github, slipway } = await start(test);
    test.after(() => slipway.stop());
    const { id } = await merged(github, {
      lines: ['RUN sleep 1; seq 1 500', 'RUN echo the last words; exit 7'],
    });
    const { page } = await openTab(browser, test);
    await visit(page, `${slipway.publicUrl}/builds/${id}`);
    await titled(page, '✗');
    assert.match((await page.textContent('.outcome')) ?? '', /Fault: yours.*What to do next:/s);
    await page.getByText('the last words', { exact: true }).waitFor();
    await page.reload();
    const open = page.locator('#log details[open]', { hasText: 'exit 7' });
    assert.ok(await open.getByText('the last words', { exact: true }).isVisible());
    const folded = page.locator('#log details:not([open])', { hasText: 'seq 1 500' });
    assert.equal(await folded.count(), 1);
  });
});

describe('a build of a private repository', () => {
  it('is seen by those who can read it on GitHub, once they have signed in, and by nobody else', async (test) => {
    const { github, slipway } = await start(test);
    test.after(() => slipway.stop());
    const { repository, id, verdict } = await merged(github, { private: true, lines: [] });
    repository.setPermission('reader', 'read');
    await verdict();
    const path = `/builds/${id}`;
    const stranger = (await openTab(browser, test)).page;
    await visit(stranger, slipway.publicUrl + path);
    await stranger.getByRole('heading', { name: 'Not found' }).waitFor();
    await signIn(stranger, slipway, path, 'outsider');
    assert.equal(new URL(stranger.url()).pathname, path);
    await stranger.getByRole('heading', { name: 'Not found' }).waitFor();

    const { page } = await openTab(browser, test);
    await signIn(page, slipway, path, 'reader');
    assert.equal(new URL(page.url()).pathname, path);
    await page.getByRole('heading', { name: `${repository.service}:1.0.0` }).waitFor();
    assert.equal(await page.getByRole('button', { name: /Rebuild|Cancel/ }).count(), 0);
    const service = `/services/${repository.fullName}/${repository.service}`;
    await visit(page, slipway.publicUrl + service);
    const badge = (await page.getAttribute('img.readme-badge', 'src')) ?? '';
    assert.match(badge, /\?token=/);
    assert.match(await (await fetch(slipway.url + badge)).text(), /1\.0\.0/);
    assert.match(await (await fetch(slipway.url + badge.replace(/\?.*/, ''))).text(), /none yet/);
    assert.equal(await page.getByRole('button', { name: 'Change its token' }).count(), 0);

    const author = (await openTab(browser, test)).page;
    await signIn(author, slipway, service, usualAuthor);
    await author.getByRole('button', { name: 'Change its token' }).click();
    await until(
      'the badge has another token',
      async () => (await author.getAttribute('img.readme-badge', 'src')) !== badge,
    );
    await until('the old address is closed', async () =>
      /none yet/.test(await (await fetch(slipway.url + badge)).text()),
    );

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await visit(page, slipway.publicUrl + path);
    await page.getByRole('heading', { name: 'Not found' }).waitFor();
    github.assertNoViolations();
  });

  it('stays closed to whoever refuses, or comes back with another’s answer', async (test) => {
    const { github, slipway } = await start(test);
    test.after(() => slipway.stop());
    const { page } = await openTab(browser, test);
    await visit(page, `${slipway.publicUrl}/builds`);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    const foreign = new URL(page.url()).searchParams.get('state');
    // Somebody else's browser is made to follow the answer that was meant for this one.
    const { page: other } = await openTab(browser, test);
    await visit(other, `${slipway.publicUrl}/signin/callback?code=stolen&state=${foreign}`);
    await other.getByRole('heading', { name: 'Not signed in' }).waitFor();
    assert.deepEqual(await other.context().cookies(), []);
    github.assertNoViolations();
  });
});
