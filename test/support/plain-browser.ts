/** A page as a browser without JavaScript has it. */
export type Page = {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Fills in and sends the form whose action holds these words. */
  submit(action: string, fields?: Readonly<Record<string, string>>): Promise<Page>;
};

export type PlainBrowser = { open(url: string): Promise<Page> };

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decode = (text: string) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '');

const attributes = (tag: string): Record<string, string> =>
  Object.fromEntries(
    [...tag.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decode(value)]),
  );

function formOf(html: string, words: string): { method: string; action: string; fields: Record<string, string> } {
  for (const [, tag = '', inside = ''] of html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    const { method = 'get', action = '' } = attributes(tag);
    if (!action.includes(words)) continue;
    const inputs = [...inside.matchAll(/<input([^>]*)>/g)].map(([, one = '']) => attributes(one));
    return { method, action, fields: Object.fromEntries(inputs.map(({ name = '', value = '' }) => [name, value])) };
  }
  throw new Error(`no form leads to ${words} in: ${html}`);
}

/**
 * Follows links and redirects, fills in forms, keeps cookies of each host; obeys a page's `form-action`.
 *
 * @param hosts where a host is instead of where its name says: `slipway.test:3000` to `127.0.0.1:3000`
 */
export function plainBrowser(hosts: Readonly<Record<string, string>> = {}): PlainBrowser {
  const cookies = new Map<string, Map<string, string>>();

  async function load(url: string, init: RequestInit = {}): Promise<Page> {
    const { host } = new URL(url);
    const jar = cookies.get(host) ?? new Map<string, string>();
    cookies.set(host, jar);
    const real = new URL(url);
    real.host = hosts[host] ?? host;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(real, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (location !== null && response.status >= 300) return await load(new URL(location, url).href);
    const text = await response.text();
    return {
      url,
      status: response.status,
      headers: response.headers,
      text,
      submit: (...what) => submit(url, response.headers, text, ...what),
    };
  }

  function submit(from: string, headers: Headers, html: string, words: string, given = {}): Promise<Page> {
    const form = formOf(html, words);
    const url = new URL(form.action, from);
    const [, allowed] = /form-action ([^;]*)/.exec(headers.get('content-security-policy') ?? '') ?? [];
    const sources = allowed?.replace("'self'", new URL(from).origin).split(' ');
    if (sources !== undefined && !sources.some((one) => one === url.origin || one === url.protocol)) {
      throw new Error(`the page's policy allows no form to ${url.origin}: ${allowed}`);
    }
    const body = new URLSearchParams({ ...form.fields, ...given });
    if (form.method === 'post') return load(url.href, { method: 'POST', body });
    url.search = body.toString();
    return load(url.href);
  }

  return { open: (url) => load(url) };
}
