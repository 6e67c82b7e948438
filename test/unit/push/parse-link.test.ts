import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseLink } from '../../../src/push/parse-link.ts';

const page = new URL('https://registry.lan:5000/v2/orders/tags/list?n=100');

describe('the Link to the next page', () => {
  const next = '/v2/orders/tags/list?last=1.0.0&n=100';

  it('may be relative or absolute', () => {
    assert.equal(parseLink(`<${next}>; rel="next"`, page), next);
    assert.equal(parseLink(`<https://registry.lan:5000${next}>; rel="next"`, page), next);
    assert.equal(parseLink('<list?last=b>;rel=next', page), '/v2/orders/tags/list?last=b');
  });

  it('of a registry that does not know of the TLS in front of it stays on our address', () => {
    assert.equal(parseLink(`<http://registry.lan:5000${next}>; rel="next"`, page), next);
  });

  it('is found among others', () => {
    assert.equal(parseLink(`</v2/first>; rel="first", <${next}>; title="x"; rel="next"`, page), next);
  });

  it('is absent on the last page', () => {
    assert.equal(parseLink(null, page), undefined);
    assert.equal(parseLink('', page), undefined);
    assert.equal(parseLink(`<${next}>; rel="prev"`, page), undefined);
    assert.equal(parseLink(`<${next}>; rel="nextish"`, page), undefined);
  });

  it('is refused when it leads to another host', () => {
    assert.throws(() => parseLink(`<https://elsewhere.lan${next}>; rel="next"`, page), /found elsewhere\.lan/);
    assert.throws(() => parseLink('<//registry.lan/v2/x>; rel="next"', page), /found registry\.lan/);
  });
});
