import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { startGitHub } from '../github/start-github.ts';
import { openTab, seriousFaults, startBrowser, visit } from '../support/browser.ts';
import { openSetUp, setUpToken } from '../support/open-set-up.ts';

describe('the set-up page in the browser', () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.close());

  for (const options of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { javaScriptEnabled: false }] as const) {
    it(`leads to GitHub and back without a fault, ${Object.entries(options)[0]?.join(' ')}`, async (t) => {
      const github = await startGitHub();
      t.after(() => github.stop());
      const { base, taken } = await openSetUp(t, { githubWeb: github.webUrl });
      const { page, problems } = await openTab(browser, t, { ...options, reducedMotion: 'reduce' });
      const look = async (what: string) => {
        // axe-core is a script itself.
        if (!('javaScriptEnabled' in options)) assert.deepEqual(await seriousFaults(page), [], what);
        for (const width of [1280, 320]) {
          await page.setViewportSize({ width, height: 800 });
          const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          assert.ok(Number(wide) <= 0, `${what} is ${wide} px wider than ${width} px`);
        }
      };
      await visit(page, base);
      await look('the page that asks for the token');
      await page.getByLabel('Token from the log').fill(setUpToken);
      await page.keyboard.press('Enter');
      await page.getByLabel('Organization').fill('acme');
      await page.getByRole('button', { name: 'Take it' }).click();
      await page.getByText('The whole manifest').click();
      await look('the page that shows the App');
      await page.getByRole('button', { name: 'Make the App on GitHub for acme' }).click();
      await page.getByRole('button', { name: 'Create GitHub App' }).click();
      await page.getByRole('heading', { name: 'Slipway is made' }).waitFor();
      await look('the last page');
      assert.equal(taken.length, 1);
      assert.deepEqual(problems, []);
      github.assertNoViolations();
    });
  }

  it('says on a page without a fault that GitHub cannot reach the server', async (t) => {
    const { base } = await openSetUp(t, { manifest: undefined });
    const { page } = await openTab(browser, t);
    await visit(page, base);
    await page.getByLabel('Token from the log').fill(setUpToken);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'GitHub cannot reach this server' }).waitFor();
    assert.deepEqual(await seriousFaults(page), []);
  });
});
