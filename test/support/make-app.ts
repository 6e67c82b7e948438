import assert from 'node:assert/strict';
import type { Page } from './plain-browser.ts';

/** Goes from the first page of a server that is not set up to the last one: the App is made for the organization acme. */
export async function makeApp(first: Page, token: string): Promise<Page> {
  const own = await first.submit('/setup', { token });
  const acme = await own.submit('/setup/app', { organization: 'acme' });
  const confirm = await acme.submit('/organizations/acme/settings/apps/new');
  assert.equal(confirm.status, 200, confirm.text);
  const done = await confirm.submit('/settings/apps/');
  assert.equal(done.status, 200, done.text);
  return done;
}
