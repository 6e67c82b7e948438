import { html } from 'hono/html';
import { formatTime } from './format-time.ts';
import type { Html } from './page.ts';

/** A moment, for people and for machines. */
export const timeElement = (date: Date): Html =>
  html`<time datetime="${date.toISOString()}" title="${date.toISOString()}">${formatTime(date)}</time>`;
