import { html } from 'hono/html';
import { type Html, page } from './page.ts';

/** A page that holds a heading and a sentence. */
export function messagePage(heading: string, sentence: string): Html {
  return page({
    title: `${heading} · Slipway`,
    main: html`<section class="message"><h1>${heading}</h1><p>${sentence}</p></section>`,
  });
}
