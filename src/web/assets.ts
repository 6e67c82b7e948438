import { createHash } from 'node:crypto';
import { icon, iconTones } from './icon.ts';
import { logStyle } from './log-style.ts';
import { script } from './script.ts';
import { style } from './style.ts';

export type Asset = {
  readonly type: string;
  readonly text: string;
  readonly etag: string;
  /** Address with the content's hash in it, so that it may be kept for ever. */
  readonly href: string;
};

function asset(path: string, type: string, text: string): readonly [string, Asset] {
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  return [path, { type, text, etag: `"${hash}"`, href: `${path}?v=${hash}` }];
}

/** What the pages load beside themselves, by path. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  asset('/assets/slipway.css', 'text/css; charset=utf-8', style + logStyle),
  asset('/assets/slipway.js', 'text/javascript; charset=utf-8', script),
  asset('/assets/slipway.svg', 'image/svg+xml', icon()),
  ...iconTones.map((tone) => asset(`/assets/slipway-${tone}.svg`, 'image/svg+xml', icon(tone))),
]);
