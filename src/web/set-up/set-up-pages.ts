import { html } from 'hono/html';
import { copyable } from '../copyable.ts';
import { type Html, page } from '../page.ts';
import type { AppManifest } from './app-manifest.ts';

const setUpPage = (title: string, main: Html): Html => page({ title: `${title} · Slipway`, main });

const trouble = (sentence: string | undefined): Html | '' =>
  sentence === undefined ? '' : html`<div class="outcome bad" role="alert"><p class="reason">${sentence}</p></div>`;

/**
 * Asks for the token. The form is sent to the public address, whatever address the page was opened at: the browser is
 * known there when GitHub leads it back.
 */
export const tokenPage = (publicUrl: string, problem?: string): Html =>
  setUpPage(
    'Set up',
    html`<h1>Set up Slipway</h1>
${trouble(problem)}
<section class="message">
<p>This server has no GitHub App yet. Whoever can read its log may make one: the log shows a token for it.</p>
<form class="filters" method="post" action="${publicUrl}/setup">
<label>Token from the log <input name="token" type="password" autocomplete="off" required autofocus></label>
<button>Go on</button>
</form>
<p class="note">The form is sent to <code>${publicUrl}/setup</code>, the address of <code>PUBLIC_URL</code>.</p>
</section>`,
  );

const permission = ([name, level]: [string, string]): Html =>
  html`<tr><th scope="row">${name.replaceAll('_', ' ')}</th><td>${level}</td></tr>`;

/** Shows what will be asked of GitHub, and leads there with it. */
export function appPage({
  manifest,
  action,
  organization,
  problem,
}: {
  readonly manifest: AppManifest;
  /** GitHub's page that takes a manifest. */
  readonly action: string;
  readonly organization: string;
  readonly problem?: string | undefined;
}): Html {
  const owner = organization === '' ? 'your own account' : organization;
  return setUpPage(
    'The GitHub App',
    html`<h1>The GitHub App</h1>
${trouble(problem)}
<section class="message">
<h2>1. Whose App it is</h2>
<p>The App belongs to one account, and Slipway serves the repositories of that account.</p>
<form class="filters" method="get" action="/setup/app">
<label>Organization (empty: your own account) <input name="organization" value="${organization}" maxlength="39" autocomplete="off"></label>
<button>Take it</button>
</form>
</section>
<section class="message">
<h2>2. What it may do</h2>
<p>GitHub shows the name, which you can change there, and asks you to confirm. It comes back here with the App’s credentials.</p>
<dl class="facts">
<div><dt>Owner</dt><dd>${owner}</dd></div>
<div><dt>Name</dt><dd>${manifest.name}</dd></div>
<div><dt>Webhooks go to</dt><dd>${manifest.hook_attributes.url}</dd></div>
<div><dt>Events</dt><dd>${manifest.default_events.join(', ')}</dd></div>
</dl>
<div class="scroll"><table><thead><tr><th scope="col">Permission</th><th scope="col">Access</th></tr></thead><tbody>${Object.entries(manifest.default_permissions).map(permission)}</tbody></table></div>
<details><summary>The whole manifest</summary>${copyable(JSON.stringify(manifest, null, 2))}</details>
<form method="post" action="${action}">
<input type="hidden" name="manifest" value="${JSON.stringify(manifest)}">
<button>Make the App on GitHub for ${owner}</button>
</form>
</section>`,
  );
}

/** GitHub could not send deliveries to this server. */
export const unreachablePage = (publicUrl: string): Html =>
  setUpPage(
    'Set up',
    html`<section class="message"><h1>GitHub cannot reach this server</h1>
<p><code>PUBLIC_URL</code> is <code>${publicUrl}</code>, which is this machine for everybody who asks: webhooks would never come.</p>
<p>Set <code>PUBLIC_URL</code> to the address at which GitHub reaches this server. On a machine that it cannot reach, such as a laptop, set <code>WEBHOOK_PROXY_URL</code> to a channel of your own from smee.io. Then start Slipway again.</p></section>`,
  );

/** Somebody else's App was taken over first. */
export const latePage = (): Html =>
  setUpPage(
    'Set up',
    html`<section class="message"><h1>This Slipway has an App already</h1>
<p>Somebody else has finished the set-up at the same time, and Slipway starts with their App.</p>
<p>The one that you have made is not used: delete it on GitHub, in the settings of its owner under “Developer settings”, “GitHub Apps”.</p>
<p><a href="/">The pages of Slipway</a> show builds as they come.</p></section>`,
  );

/** The App is made and Slipway starts; what is left is to let it into repositories. */
export const donePage = ({ name, install }: { readonly name: string; readonly install: string }): Html =>
  setUpPage(
    'Set up',
    html`<section class="message"><h1>${name} is made</h1>
<p>Its credentials are kept on the server, and Slipway starts with them at this moment.</p>
<p>One thing is left: <a href="${install}">install the App</a> on the repositories whose merges it is to publish.</p>
<p><a href="/">The pages of Slipway</a> show builds as they come.</p></section>`,
  );
