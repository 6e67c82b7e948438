import { z } from 'zod';
import { SlipwayError } from '../errors.ts';
import { basicAuthorization } from './basic-authorization.ts';
import { type Line, send } from './send.ts';

export type Token = {
  readonly value: string;
  /** Milliseconds, from the answer on. */
  readonly validMs: number;
};

const mostBytes = 2 ** 20;
/** Seconds, where the answer does not say (Distribution's token authentication specification). */
const defaultValidity = 60;

const answerSchema = z.object({
  token: z.string().min(1).optional(),
  access_token: z.string().min(1).optional(),
  expires_in: z.number().nonnegative().optional().catch(undefined),
});

/**
 * Asks the service that a registry named in its 401 for a token; anonymously where there is no account.
 *
 * @throws {SlipwayError} `registry-refused`, `registry-failed` and all of `send`
 */
export async function fetchToken(
  line: Line,
  request: { readonly realm: URL; readonly service: string | undefined; readonly scopes: readonly string[] },
): Promise<Token> {
  const { realm, service, scopes } = request;
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const headers = line.account === undefined ? {} : { authorization: basicAuthorization(line.account) };
  const doing = 'asking for a token';
  const answer = await send(line, { method: 'GET', url, headers, doing });
  if (answer.status !== 200) throw await answer.fail();
  const text = Buffer.from(await answer.read(mostBytes)).toString('utf8');
  const { token, access_token, expires_in = defaultValidity } = parse(text);
  const value = token ?? access_token;
  if (value === undefined) {
    throw new SlipwayError(
      'registry-failed',
      `The token service ${url.host} answered 200 without a token: expected \`token\` or \`access_token\` in JSON.`,
      { help: 'Check the realm that the registry is configured with.' },
    );
  }
  return { value, validMs: expires_in * 1000 };
}

/** Without the cause: a parser's error quotes the text, and this text may hold a token. */
function parse(text: string): z.infer<typeof answerSchema> {
  try {
    return answerSchema.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
