import { html, raw } from 'hono/html';
import { assets } from './assets.ts';

export type Html = ReturnType<typeof html>;

const doctype = raw('<!doctype html>');

/** The frame of every page. Text in a template is escaped where it is put in. */
export function page({
  title,
  refreshSeconds,
  main,
}: {
  readonly title: string;
  /** The page is loaded again by itself after this many seconds. */
  readonly refreshSeconds?: number;
  readonly main: Html;
}): Html {
  const refresh = refreshSeconds === undefined ? '' : html`<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return html`${doctype}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refresh}
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${assets.get('/assets/slipway.svg')?.href}">
<link rel="stylesheet" href="${assets.get('/assets/slipway.css')?.href}">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top"><a class="brand" href="/builds"><img src="${assets.get('/assets/slipway.svg')?.href}" alt="" width="28" height="28"> Slipway</a></header>
<main id="main">
${main}
</main>
</body>
</html>
`;
}
