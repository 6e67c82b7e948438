// Makes the pictures of the pages, as a server shows them: a build that failed, and a service.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openTab, startBrowser, visit } from '../test/support/browser.ts';
import { sampleArtifact, sampleOutcome, sampleStep } from '../test/support/sample-merge.ts';
import { openPages } from '../test/support/web-pages.ts';

const folder = path.join(import.meta.dirname, '../docs/pictures');
const second = 1000;
const start = Date.parse('2026-03-02T10:00:00Z');
const at = (seconds: number): Date => new Date(start + seconds * second);
const phase = (from: number, to: number) => ({ startedAt: at(from), endedAt: at(to) });

const step = (id: string, name: string, from: number, to: number, more: { cached?: boolean; error?: string } = {}) =>
  sampleStep({ id, name, startedAt: at(from), endedAt: at(to), ...more });

const digestOf = (index: number): string => `sha256:${createHash('sha256').update(String(index)).digest('hex')}`;

const steps = [
  step('1', '[1/5] FROM node:24', 4, 5, { cached: true }),
  step('2', '[2/5] COPY package.json ./', 5, 5.3),
  step('3', '[3/5] RUN npm ci', 5.3, 19),
  step('4', '[4/5] COPY . .', 19, 19.6),
  step('5', '[5/5] RUN npm test', 19.6, 31, { error: 'exit code 1' }),
];

const printed: readonly (readonly [string, string])[] = [
  ['3', 'added 214 packages in 12s\n'],
  [
    '5',
    `\u001b[32m✔\u001b[0m an order is kept once (12.4ms)
\u001b[32m✔\u001b[0m an order without lines is refused (3.1ms)
\u001b[31m✖\u001b[0m the total has the tax in it (5.9ms)
  \u001b[1mAssertionError\u001b[0m: 119 !== 100
      at orders.test.ts:42:10
\u001b[34mℹ\u001b[0m pass 41
\u001b[34mℹ\u001b[0m fail 1
`,
  ],
];

/** Makes both, and tells of each. */
export async function makePagePictures(say: (line: string) => void): Promise<void> {
  const ends: (() => unknown)[] = [];
  const t = { after: (end: () => unknown) => void ends.push(end) };
  try {
    const pages = await openPages(t);
    const sizes = [12.1, 12.2, 12.9, 13.4, 12.7];
    for (const [index, size] of sizes.entries()) {
      const took = 30 + ((index * 7) % 11);
      const days = (index - sizes.length) * 86_400;
      pages.add(
        {
          artifact: sampleArtifact({ version: `1.${index}.0` }),
          outcome: sampleOutcome({ size: size * 1e6, digest: digestOf(index) }),
          createdAt: at(days),
          startedAt: at(days + 1),
          endedAt: at(days + 1 + took),
        },
        { number: 20 + index, title: ['Answer faster', 'Add the tax', 'Mend the totals'][index % 3] ?? '' },
      );
    }
    const { build } = pages.add(
      {
        artifact: sampleArtifact({ version: '1.5.0', versionFrom: 'label `version:1.5.0`' }),
        createdAt: at(0),
        startedAt: at(2),
        endedAt: at(31),
        timings: { fetch: phase(2, 4), build: phase(4, 31) },
        outcome: {
          verdict: 'failed',
          fault: 'yours',
          reason: 'The step `RUN npm test` ended with exit code 1.',
          help: 'Look at the end of its log below, mend it, and merge again.',
          notes: [],
          steps,
        },
      },
      { number: 25, title: 'Count the tax in' },
    );
    for (const [stepId, text] of printed) pages.print(build.id, { text, stepId });
    const browser = await startBrowser();
    ends.push(() => browser.close());
    await mkdir(folder, { recursive: true });
    for (const [name, address, colorScheme, height] of [
      ['build', `/builds/${build.id}`, 'dark', 1110],
      ['service', '/services/acme/orders/orders', 'light', 770],
    ] as const) {
      const { page } = await openTab(browser, t, { colorScheme, timezoneId: 'UTC', viewport: { width: 900, height } });
      await visit(page, pages.url + address);
      await page.screenshot({ path: path.join(folder, `${name}.png`) });
      say(`made docs/pictures/${name}.png`);
    }
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
