import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SlipwayError } from '../../../../src/errors.ts';
import { createAppManifest } from '../../../../src/web/set-up/app-manifest.ts';
import type { SetUpOptions } from '../../../../src/web/set-up/create-set-up-web.ts';
import { createSetUpSessions } from '../../../../src/web/set-up/set-up-sessions.ts';
import { judgeManifest } from '../../../github/judge/judge-manifest.ts';
import { manifestTemplate, openSetUp, sampleManifest, setUpToken } from '../../../support/open-set-up.ts';
import { type Page, plainBrowser } from '../../../support/plain-browser.ts';
import { until } from '../../../support/until.ts';

const publicUrl = 'https://slipway.example.com';

/** The pages of a server that stands behind a name, in a browser that finds it there. */
async function openNamed(t: TestContext, given: Partial<SetUpOptions> = {}) {
  const opened = await openSetUp(t, { ...given, name: 'slipway.test' });
  const { base, port } = opened;
  const browser = plainBrowser({ [`slipway.test:${port}`]: `127.0.0.1:${port}` });
  const enter = async (token = setUpToken) => (await browser.open(`${base}/setup`)).submit('/setup', { token });
  return { ...opened, browser, enter };
}

const stateIn = ({ text }: Page): string => /state=([^"]+)"/.exec(text)?.[1] ?? '';

describe('the set-up page', () => {
  it('shows nothing of the App, and takes no code, before the token was entered', async (t) => {
    const { base, browser, taken } = await openNamed(t);
    for (const path of ['/', '/setup', '/setup/app', '/setup/callback?code=abc&state=']) {
      const page = await browser.open(base + path);
      assert.match(page.text, /Token from the log/);
      assert.doesNotMatch(page.text, /manifest/);
    }
    assert.deepEqual(taken, []);
  });

  it('takes no token for a while after ten wrong ones, the right one neither', async (t) => {
    const { enter, text } = await openNamed(t);
    for (let tries = 0; tries < 10; tries += 1) assert.equal((await enter(`guess ${tries}`)).status, 403);
    const { status, headers } = await enter();
    assert.deepEqual([status, headers.get('retry-after')], [429, '60']);
    assert.match(text(), /too many wrong tokens/);
    assert.ok(!text().includes('guess'));
  });

  it('counts wrong tokens of the last minute only', () => {
    let now = 0;
    const sessions = createSetUpSessions(setUpToken, () => now);
    for (let tries = 0; tries < 10; tries += 1) assert.equal(sessions.enter(''), 'wrong');
    assert.equal(sessions.enter(setUpToken), 'wait');
    now = 60_001;
    assert.equal(typeof sessions.enter(setUpToken), 'object');
  });

  it('knows a browser by a cookie that no script and no other site has', async (t) => {
    const { enter } = await openNamed(t, { publicUrl });
    const { base } = await openNamed(t, { publicUrl });
    const response = await fetch(`${base.replace('slipway.test', '127.0.0.1')}/setup`, {
      method: 'POST',
      body: new URLSearchParams({ token: setUpToken }),
      redirect: 'manual',
    });
    assert.equal(response.status, 303);
    assert.match(
      response.headers.get('set-cookie') ?? '',
      /^__Host-slipway_setup=\S+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    await assert.rejects(enter, 'the form goes to the public address, wherever the page was opened');
  });

  it('sends a manifest to GitHub that GitHub takes, for a person or an organization', async (t) => {
    const { enter } = await openNamed(t);
    const own = await enter();
    assert.ok(own.text.includes('action="https://github.com/settings/apps/new?state='), own.text);
    const organization = await own.submit('/setup/app', { organization: 'acme' });
    assert.ok(organization.text.includes('action="https://github.com/organizations/acme/settings/apps/new?state='));
    const policy = own.headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self'/);
    assert.ok(!own.text.includes(setUpToken));
    assert.deepEqual(judgeManifest(JSON.stringify(sampleManifest)).problems, []);
    assert.deepEqual(sampleManifest, {
      ...manifestTemplate,
      name: 'Slipway slipway.example.com',
      url: publicUrl,
      hook_attributes: { url: `${publicUrl}/api/github/webhooks`, active: true },
      callback_urls: [`${publicUrl}/signin/callback`],
      redirect_url: `${publicUrl}/setup/callback`,
    });
  });

  it('makes no App that others can install', () => {
    const addresses = { publicUrl, webhookUrl: publicUrl };
    assert.throws(() => createAppManifest({ ...manifestTemplate, public: true }, addresses), /public/);
  });

  it('leads to no other place by the name of an organization', async (t) => {
    const { enter } = await openNamed(t);
    const page = await enter();
    for (const organization of ['a/../b', '"><script>', 'a b', '-', 'x'.repeat(40)]) {
      const refused = await page.submit('/setup/app', { organization });
      assert.equal(refused.status, 409);
      assert.ok(!refused.text.includes('<script>') && !refused.text.includes('organizations/'), refused.text);
    }
  });

  it('takes the code that GitHub brings back, with the state that was sent', async (t) => {
    const { base, browser, enter, taken } = await openNamed(t);
    const state = stateIn(await enter());
    const done = await browser.open(`${base}/setup/callback?code=abc&state=${state}`);
    assert.equal(done.status, 200);
    assert.ok(done.text.includes('href="https://github.com/apps/slipway/installations/new"'));
    assert.deepEqual(taken, ['abc']);
  });

  it('takes no code that comes with another state, or without any', async (t) => {
    const { base, browser, enter, taken } = await openNamed(t);
    const other = await openNamed(t);
    const state = stateIn(await other.enter());
    await enter();
    for (const query of [`code=abc&state=${state}`, 'code=abc', 'state=', '']) {
      assert.equal((await browser.open(`${base}/setup/callback?${query}`)).status, 409);
    }
    assert.deepEqual(taken, []);
  });

  describe('two browsers that finish at the same time', () => {
    const app = { name: 'Slipway', page: 'https://github.com/apps/slipway' };

    /** Both come back from GitHub; the first is being taken over until the test ends that. */
    async function twoBrowsers(t: TestContext) {
      const codes: string[] = [];
      const first = Promise.withResolvers<typeof app>();
      const take = async (code: string) => {
        codes.push(code);
        return code === 'first' ? await first.promise : app;
      };
      const { base, port, enter, browser } = await openNamed(t, { take });
      const other = plainBrowser({ [`slipway.test:${port}`]: `127.0.0.1:${port}` });
      const own = stateIn(await enter());
      const others = stateIn(await (await other.open(`${base}/setup`)).submit('/setup', { token: setUpToken }));
      const back = (code: string) => browser.open(`${base}/setup/callback?code=${code}&state=${own}`);
      const otherBack = (code: string) => other.open(`${base}/setup/callback?code=${code}&state=${others}`);
      const asked = back('first');
      await until('the first is being taken over', () => codes.length === 1);
      return { back, otherBack, asked, first, codes };
    }

    it('make one App of the server: the second is told, and its code stays unused', async (t) => {
      const { back, otherBack, asked, first, codes } = await twoBrowsers(t);
      const pages = [otherBack('second'), back('first')];
      first.resolve(app);
      assert.equal((await asked).status, 200);
      const [second, again] = await Promise.all(pages);
      assert.equal(second?.status, 409);
      assert.match(second.text, /Slipway has an App already/);
      assert.match(second.text, /delete it on GitHub/);
      assert.match(again?.text ?? '', /Slipway is made/, 'a page that is loaded again says the same again');
      assert.equal((await otherBack('third')).status, 409);
      assert.deepEqual(codes, ['first']);
    });

    it('make it of the second one where the first cannot be taken over', async (t) => {
      const { otherBack, asked, first, codes } = await twoBrowsers(t);
      const second = otherBack('second');
      first.reject(new SlipwayError('github-refused', 'GitHub does not know this code.'));
      assert.equal((await asked).status, 409);
      assert.equal((await second).status, 200);
      assert.deepEqual(codes, ['first', 'second']);
    });
  });

  it('says why an App could not be taken over, and offers to begin again', async (t) => {
    const error = new SlipwayError('github-refused', 'GitHub does not know this code.', { help: 'Begin again.' });
    const { base, browser, enter } = await openNamed(t, { take: () => Promise.reject(error) });
    const page = await browser.open(`${base}/setup/callback?code=abc&state=${stateIn(await enter())}`);
    assert.equal(page.status, 409);
    assert.match(page.text, /GitHub does not know this code\. Begin again\./);
    assert.match(page.text, /settings\/apps\/new/);
  });

  it('makes no App that GitHub could not send webhooks to', async (t) => {
    const { enter } = await openNamed(t, { manifest: undefined });
    const page = await enter();
    assert.equal(page.status, 409);
    assert.match(page.text, /WEBHOOK_PROXY_URL/);
    assert.doesNotMatch(page.text, /settings\/apps\/new/);
  });

  it('answers everything else in plain words', async (t) => {
    const { base, browser } = await openNamed(t);
    assert.equal((await browser.open(`${base}/healthz`)).status, 200);
    for (const path of ['/readyz', '/builds', '/metrics', '/badge/acme/orders/orders.svg']) {
      assert.equal((await browser.open(base + path)).status, 503);
    }
  });
});
