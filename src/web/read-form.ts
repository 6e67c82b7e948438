import type { Request } from './app.ts';

/** The fields of a form. A body that is no form has none: whoever sent it is answered as if they had sent nothing. */
export async function readForm(c: Request): ReturnType<Request['req']['parseBody']> {
  try {
    return await c.req.parseBody();
  } catch (error) {
    // What the Fetch Standard's formData() says of a body that it cannot parse.
    if (error instanceof TypeError) return {};
    throw error;
  }
}
