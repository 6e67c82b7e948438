import { html } from 'hono/html';
import { formatTime } from './format-time.ts';
import type { Html } from './page.ts';

/** A moment, for people and for machines; the script shows it in the reader's zone. */
export const timeElement = (date: Date): Html =>
  html`<time datetime="${date.toISOString()}" title="${date.toISOString()}">${formatTime(date)}</time>`;
