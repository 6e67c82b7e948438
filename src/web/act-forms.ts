import { html } from 'hono/html';
import type { Build } from '../build-terms.ts';
import type { Html } from './page.ts';

/** That this reader may act, and what their forms carry back. */
export type Offer = { readonly formKey: string };

const form = (action: string, offer: Offer, words: string, more: Html | '' = ''): Html =>
  html`<form method="post" action="${action}"><input type="hidden" name="form" value="${offer.formKey}">${more}<button>${words}</button></form>`;

/** Cancel while it can be cancelled, Rebuild once it has ended without a publication; nothing for those who may not. */
export function actForms(build: Build, offer: Offer | undefined): Html | '' {
  if (offer === undefined) return '';
  if (build.state !== 'ended') {
    if (build.cancelRequested) return html`<span class="note">Being cancelled</span>`;
    return html`<div class="acts">${form(`/builds/${build.id}/cancel`, offer, 'Cancel')}</div>`;
  }
  if (build.outcome?.verdict === 'published') return '';
  const rebuild = `/builds/${build.id}/rebuild`;
  const noCache = html`<input type="hidden" name="cache" value="none">`;
  // Packer keeps nothing from one build to the next.
  const hasCache = build.artifact.service.type !== 'ami';
  const anew = hasCache ? form(rebuild, offer, 'Rebuild without cache', noCache) : '';
  return html`<div class="acts">${form(rebuild, offer, 'Rebuild')}${anew}</div>`;
}
