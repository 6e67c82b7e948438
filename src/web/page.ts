import { html, raw } from 'hono/html';
import { assets } from './assets.ts';
import type { Status } from './build-status.ts';

export type Html = ReturnType<typeof html>;

/** Who reads, and where: what the frame of a page needs to know. */
export type Reader = {
  readonly login?: string | undefined;
  readonly canSignIn: boolean;
  /** Path and query of the page, to come back to after the sign-in. */
  readonly at: string;
  readonly formKey?: string | undefined;
};

const doctype = raw('<!doctype html>');
const href = (path: string): string => assets.get(path)?.href ?? path;

const who = ({ login, canSignIn, at, formKey }: Reader): Html | '' => {
  if (login !== undefined) {
    return html`<form method="post" action="/signout"><input type="hidden" name="form" value="${formKey ?? ''}"><span class="login">${login}</span> <button class="plain">Sign out</button></form>`;
  }
  return canSignIn ? html`<a href="/signin?to=${encodeURIComponent(at)}">Sign in</a>` : '';
};

/** The frame of every page. Text in a template is escaped where it is put in. */
export function page({
  title,
  tone,
  refreshSeconds,
  polled = false,
  reader,
  main,
}: {
  readonly title: string;
  /** State that the tab's icon shows. */
  readonly tone?: Status['tone'];
  /** Where there is no script, the page is loaded again after this many seconds. */
  readonly refreshSeconds?: number;
  /** The script keeps its lists up to date, about as often. */
  readonly polled?: boolean;
  /** Absent on pages that are there before the others. */
  readonly reader?: Reader;
  readonly main: Html;
}): Html {
  const refresh =
    refreshSeconds === undefined
      ? ''
      : html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`;
  const nav =
    reader === undefined ? '' : html`<nav aria-label="Pages"><a href="/builds">Builds</a> ${who(reader)}</nav>`;
  const poll = polled ? html` data-poll="${refreshSeconds ?? 10}"` : '';
  return html`${doctype}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refresh}
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${href(tone === undefined ? '/assets/slipway.svg' : `/assets/slipway-${tone}.svg`)}">
<link rel="stylesheet" href="${href('/assets/slipway.css')}">
<script src="${href('/assets/slipway.js')}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top"><a class="brand" href="/"><img src="${href('/assets/slipway.svg')}" alt="" width="28" height="28"> Slipway</a>
${nav}</header>
<main id="main"${poll}>
${main}
</main>
</body>
</html>
`;
}
