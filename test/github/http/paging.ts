import { type Answer, ok } from './answer.ts';
import type { Call } from './call.ts';

/** GitHub's Link header: the relations that there are, each with its page. */
function linkOf(call: Call, page: number, last: number): string | undefined {
  const link = (relation: string, to: number) => {
    const url = new URL(call.url);
    url.searchParams.set('page', String(to));
    return `<${url.href}>; rel="${relation}"`;
  };
  const back = page > 1 ? [link('prev', page - 1)] : [];
  const on = page < last ? [link('next', page + 1), link('last', last)] : [];
  const first = page > 1 ? [link('first', 1)] : [];
  const links = [...back, ...on, ...first];
  return links.length === 0 ? undefined : links.join(', ');
}

const positive = (text: string | null, otherwise: number) => Math.max(1, Number(text ?? otherwise) || otherwise);

/** The page of a list that was asked for: 30 at once, 100 at most. */
export async function paged<T>(
  call: Call,
  list: readonly T[],
  render: (one: T) => unknown | Promise<unknown>,
  wrap: (page: unknown[]) => unknown = (page) => page,
): Promise<Answer> {
  const size = Math.min(100, positive(call.query.get('per_page'), 30));
  const page = positive(call.query.get('page'), 1);
  const shown = await Promise.all(list.slice((page - 1) * size, page * size).map(render));
  const link = linkOf(call, page, Math.max(1, Math.ceil(list.length / size)));
  return { ...ok(wrap(shown)), ...(link === undefined ? {} : { headers: { Link: link } }) };
}
