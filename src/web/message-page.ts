import { html } from 'hono/html';
import { type Html, page, type Reader } from './page.ts';

/** A page that holds a heading and a sentence. */
export function messagePage(reader: Reader, heading: string, sentence: string | Html): Html {
  return page({
    title: `${heading} · Slipway`,
    reader,
    main: html`<section class="message"><h1>${heading}</h1><p>${sentence}</p></section>`,
  });
}
