import type { App } from './app.ts';
import { assets } from './assets.ts';

/** Style sheet, script and icons, which a browser may keep for ever. */
export function assetRoutes(app: App): void {
  for (const [path, asset] of assets) {
    app.get(path, (c) => {
      const headers = { etag: asset.etag, 'cache-control': 'public, max-age=31536000, immutable' };
      if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304, headers);
      return c.body(asset.text, 200, { ...headers, 'content-type': asset.type });
    });
  }
}
