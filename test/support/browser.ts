import axe from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Request,
} from 'playwright-core';
import { findCommand } from '../../scripts/parts/install-packages.ts';

/** Debian's Chromium. Its own sandbox needs a user that is not root; what it opens here is ours. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: findCommand('chromium') ?? 'chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
  });
}

export type Tab = { readonly page: Page; readonly context: BrowserContext; readonly problems: readonly string[] };

/** A tab of a person of its own. What its console complains of is kept: a refused script or style is one of them. */
export async function openTab(
  browser: Browser,
  t: { after(fn: () => Promise<void>): void },
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Asia/Tokyo', ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // The engine's networks come and go on this machine, and Chromium then drops what it was about to load.
    if (message.type() === 'error' && !message.text().includes(networkChanged)) problems.push(message.text());
  });
  return { page, context, problems };
}

const networkChanged = 'ERR_NETWORK_CHANGED';

/** Opens an address, again when the machine's networks changed before everything was there. */
export async function visit(page: Page, url: string): Promise<void> {
  for (;;) {
    let dropped = false;
    const onFailed = (request: Request) => {
      dropped ||= request.failure()?.errorText.includes(networkChanged) === true;
    };
    page.on('requestfailed', onFailed);
    try {
      await page.goto(url);
    } catch (error) {
      if (!dropped) throw error;
    } finally {
      page.off('requestfailed', onFailed);
    }
    if (!dropped) return;
  }
}

/** What axe-core holds for a serious or critical fault (WCAG 2.2 A and AA, and its best practices). */
export async function seriousFaults(page: Page): Promise<string[]> {
  // The pages let no script in but their own: it is put in from outside, beside their policy.
  const client = await page.context().newCDPSession(page);
  const evaluate = async (expression: string) => {
    const answer = await client.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails !== undefined) throw new Error(answer.exceptionDetails.text);
    return answer.result.value as unknown;
  };
  await evaluate(axe.source);
  const found = (await evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
       .filter(({ impact }) => impact === 'serious' || impact === 'critical')
       .map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`,
  )) as string[];
  await client.detach();
  return found;
}
