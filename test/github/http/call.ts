import type { Operation } from '../judge/description.ts';
import type { Installation, RepositoryRecord, Token } from '../records.ts';
import type { State } from '../state.ts';
import type { Answer } from './answer.ts';

/** Who asks: the App itself, by a JSON web token, an installation, or a person who has signed in with the App. */
export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly token: Token }
  | { readonly kind: 'person'; readonly login: string };

/** A request that has been recognised and judged. */
export type Call = {
  readonly state: State;
  readonly operation: Operation;
  /** The address as the caller knows it, with the query. */
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Of the form that GitHub describes for this operation. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly accept: string;
  readonly caller: Caller | undefined;
};

/**
 * Who may call a route: the App (`app`), anybody (`open`), a person (`person`), or an installation with one of the permissions
 * (`contents:read`).
 */
export type Need = 'app' | 'open' | 'installation' | 'person' | readonly string[];

export type Route = {
  readonly needs: Need;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
};

/** Routes by method and template: `GET /repos/{owner}/{repo}`. */
export type Routes = Readonly<Record<string, Route>>;

export type RepositoryHandler = (call: Call, repository: RepositoryRecord) => Answer | Promise<Answer>;

export const param = (call: Call, name: string): string => call.params[name] ?? '';

export function installationOfCaller(call: Call): Installation {
  if (call.caller?.kind !== 'installation') throw new Error('the route asks for an installation in `needs`');
  return call.caller.token.installation;
}
