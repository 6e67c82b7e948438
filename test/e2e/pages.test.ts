import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openTab, seriousFaults, startBrowser, visit } from '../support/browser.ts';
import { everyPage, failedBuild, numbered } from '../support/every-page.ts';
import { openPages } from '../support/web-pages.ts';

let browser: Browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

describe('each page in the browser', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious fault for axe-core in the ${colorScheme} theme`, async (t) => {
      const { pages, paths } = await everyPage(t);
      const { page, problems } = await openTab(browser, t, { colorScheme, reducedMotion: 'reduce' });
      for (const [what, path] of Object.entries(paths)) {
        await visit(page, pages.url + path);
        assert.deepEqual(await seriousFaults(page), [], what);
      }
      assert.deepEqual(
        problems.filter((problem) => !/404/.test(problem)),
        [],
      );
    });
  }

  it('is never wider than its window, down to 320 pixels', async (t) => {
    const { pages, paths } = await everyPage(t);
    const { page } = await openTab(browser, t);
    for (const [what, path] of Object.entries(paths)) {
      for (const width of [1280, 390, 320]) {
        await page.setViewportSize({ width, height: 800 });
        if (width === 1280) await visit(page, pages.url + path);
        const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        assert.ok(Number(wide) <= 0, `${what} is ${wide} px wider than ${width} px`);
      }
    }
  });

  it('is the same without a script, but for what moves', async (t) => {
    const { pages, paths } = await everyPage(t);
    const { page } = await openTab(browser, t, { javaScriptEnabled: false });
    for (const [what, path] of Object.entries(paths)) {
      await visit(page, pages.url + path);
      assert.ok(((await page.textContent('main'))?.length ?? 0) > 40, what);
    }
    await visit(page, pages.url + paths['a failed build']);
    assert.match((await page.textContent('#L42')) ?? '', /a line of the test 40/);
    assert.equal(await page.isVisible('[data-copy]'), false);
  });

  it('shows times in the reader’s zone, with the exact time on hover', async (t) => {
    const { pages, paths } = await everyPage(t);
    const { page } = await openTab(browser, t, { timezoneId: 'Asia/Tokyo' });
    await visit(page, pages.url + paths['a published build']);
    const time = page.locator('dl.facts time').first();
    assert.equal(await time.textContent(), '2 Mar 2026, 19:00');
    assert.match((await time.getAttribute('title')) ?? '', /19:00:00.*2026-03-02T10:00:00\.000Z/);
  });

  it('tells its state in the title and in the icon of the tab', async (t) => {
    const { pages, paths } = await everyPage(t);
    const { page } = await openTab(browser, t);
    const seen = async (what: keyof typeof paths) => {
      await visit(page, pages.url + paths[what]);
      return [
        await page.title(),
        /slipway-(\w+)\.svg/.exec((await page.getAttribute('link[rel=icon]', 'href')) ?? '')?.[1],
      ];
    };
    assert.deepEqual(await seen('a published build'), ['✓ orders:1.4.2 · Slipway', 'good']);
    assert.deepEqual(await seen('a failed build'), ['✗ orders:1.4.2 · Slipway', 'bad']);
    assert.deepEqual(await seen('a running build'), ['● orders:1.4.2 · Slipway', 'busy']);
    assert.deepEqual(await seen('a queued build'), ['○ orders:1.4.2 · Slipway', 'quiet']);
  });

  it('copies a pull command', async (t) => {
    const { pages, paths } = await everyPage(t);
    const { page, context } = await openTab(browser, t);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await visit(page, pages.url + paths['a published build']);
    await page.getByRole('button', { name: /^Copy docker pull registry.test:5000\/team\/orders:1.4.2$/ }).click();
    await page.getByText('Copied').waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    assert.equal(copied, 'docker pull registry.test:5000/team/orders:1.4.2');
  });

  it('can be used by keyboard alone', async (t) => {
    const { pages } = await everyPage(t);
    const { page } = await openTab(browser, t);
    await visit(page, `${pages.url}/builds`);
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Skip to content');
    await page.keyboard.press('Enter');
    let presses = 0;
    do await page.keyboard.press('Tab');
    while (!/orders:1/.test(await focused(page)) && ++presses < 8);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/builds\/build-\d$/);
    await page.locator('#log summary').first().focus();
    const open = page.locator('#log details[open]');
    const before = await open.count();
    await page.keyboard.press('Enter');
    assert.equal(await open.count(), before - 1);
  });
});

const focused = async (page: Page): Promise<string> =>
  String(await page.evaluate('document.activeElement.textContent.trim()'));

describe('a log in the browser', () => {
  it('is text, whatever a build prints', async (t) => {
    const pages = await openPages(t);
    const { build } = pages.add(failedBuild());
    const bomb = '\u001b[2J\u001b[H\u001b]0;owned\u0007\u001b[31m'.repeat(500);
    pages.print(build.id, {
      stepId: 'c',
      text: `<script>document.title = 'owned'</script><img src=x onerror="document.title='owned'">\n${bomb}\njavascript:alert(1) http://x.test/"onclick=alert(1)\n${'x'.repeat(2 ** 20)}\n\u202Eback\nlast\n`,
    });
    const { page, problems } = await openTab(browser, t);
    await visit(page, `${pages.url}/builds/${build.id}`);
    assert.match((await page.textContent('#L1')) ?? '', /<script>document\.title = 'owned'<\/script><img/);
    assert.equal(await page.locator('#log script, #log img').count(), 0);
    assert.match(await page.title(), /^✗ orders/);
    const links = await page
      .locator('#log .line > span a')
      .evaluateAll((all) => all.map((one) => [one.getAttribute('href'), one.getAttribute('rel')]));
    assert.deepEqual(links, [['http://x.test/', 'noopener noreferrer nofollow']]);
    assert.match((await page.textContent('#L4')) ?? '', /1044576 more characters/);
    assert.doesNotMatch((await page.textContent('#log')) ?? '', /[^\P{Cc}\t\n]|\u202e/u);
    assert.match((await page.textContent('#L6')) ?? '', /last/);
    assert.deepEqual(problems, []);
  });

  it('opens at the error, with the other steps folded', async (t) => {
    const pages = await openPages(t);
    const { build } = pages.add(failedBuild());
    pages.print(build.id, { stepId: 'b', text: numbered(900, 'installed package') });
    pages.print(build.id, { stepId: 'c', text: `${numbered(400, 'test')}Error: it does not work\n` });
    const { page } = await openTab(browser, t);
    await visit(page, `${pages.url}/builds/${build.id}`);
    const open = page.locator('#log details[open]');
    assert.deepEqual(await open.evaluateAll((all) => all.map((one) => one.getAttribute('data-step'))), ['c']);
    assert.equal(await page.locator('#log details').count(), 2);
    const [line, log] = [await page.locator('#L1301').boundingBox(), await page.locator('#log').boundingBox()];
    const inside = line !== null && log !== null && line.y >= log.y && line.y + line.height <= log.y + log.height;
    assert.ok(inside, 'the error can be seen');
  });

  for (const width of [1280, 390]) {
    it(`shows the error and the name of its step when the reader comes to it, ${width} pixels wide`, async (t) => {
      const pages = await openPages(t);
      const { build } = pages.add(failedBuild());
      const words = 'a test whose name takes more than one line of a narrow window, and one of a wide window,';
      pages.print(build.id, { stepId: 'c', text: `${numbered(200, words)}Error: it does not work\n` });
      const { page } = await openTab(browser, t, { viewport: { width, height: 700 } });
      await visit(page, `${pages.url}/builds/${build.id}`);
      await page.locator('#log').scrollIntoViewIfNeeded();
      // Two frames: what comes into view is laid out with the first.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      const topmost = (selector: string) =>
        page.locator(selector).evaluate((element) => {
          const { left, top, width, height } = element.getBoundingClientRect();
          return element.contains(element.ownerDocument.elementFromPoint(left + width / 2, top + height / 2));
        });
      assert.ok(await topmost('#L201'), 'the error can be seen');
      assert.ok(await topmost('#log summary .name'), 'nothing lies over the name of the step');
    });
  }

  it('is opened at a line that was linked, also in a step that is folded', async (t) => {
    const pages = await openPages(t);
    const { build } = pages.add(failedBuild());
    pages.print(build.id, { stepId: 'b', text: numbered(900, 'installed package') });
    pages.print(build.id, { stepId: 'c', text: 'Error\n' });
    const { page } = await openTab(browser, t);
    await visit(page, `${pages.url}/builds/${build.id}#L120`);
    assert.ok(await page.locator('#L120').isVisible());
    assert.ok(await page.locator('#L120').evaluate((line) => line.matches(':target')));
    await page.locator('#L121 a.no').click();
    assert.match(page.url(), /#L121$/);
  });

  it('of 10,000 lines scrolls, and leads to its beginning', async (t) => {
    const pages = await openPages(t);
    const { build } = pages.add(failedBuild());
    for (let part = 0; part < 100; part += 1)
      pages.print(build.id, { stepId: 'c', text: numbered(100, `part ${part} line`) });
    const { page } = await openTab(browser, t);
    await visit(page, `${pages.url}/builds/${build.id}`);
    assert.ok((await page.locator('#log .line').count()) <= 2200, 'the end alone is sent first');
    await page.getByRole('link', { name: 'Show it whole' }).click();
    await page.locator('#L10000').waitFor({ state: 'attached' });
    assert.equal(await page.locator('#log .line').count(), 10_000);
    const slowest = Number(
      await page.evaluate(`(async () => {
        const log = document.querySelector('#log');
        let worst = 0;
        for (let step = 0; step <= 20; step += 1) {
          const began = performance.now();
          log.scrollTop = (log.scrollHeight * step) / 20;
          await new Promise((resolve) => requestAnimationFrame(resolve));
          worst = Math.max(worst, performance.now() - began);
        }
        return worst;
      })()`),
    );
    assert.ok(slowest < 1000, `a jump took ${Math.round(slowest)} ms`);
    assert.match((await page.textContent('#L1')) ?? '', /part 0 line 1/);
  });
});
