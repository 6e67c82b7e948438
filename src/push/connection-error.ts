import { SlipwayError } from '../errors.ts';
import { stoppedError } from './stopped-error.ts';
import { tlsProblem } from './tls-problem.ts';

/** What was asked of whom, for the sentences of errors. */
export type Errand = {
  /** host[:port] that was spoken to. */
  readonly host: string;
  /** `listing the tags of team/orders` */
  readonly doing: string;
};

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'broke the connection off',
  EPIPE: 'broke the connection off',
  UND_ERR_SOCKET: 'broke the connection off',
  UND_ERR_CONNECT_TIMEOUT: 'did not take the connection in time',
  ETIMEDOUT: 'did not take the connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped in the middle of its answer',
  ENOTFOUND: 'has a name that is not known here',
  EAI_AGAIN: 'has a name that could not be looked up',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
};

/** The errors inside an error, outermost first. fetch says only "fetch failed" and keeps the reason as its cause. */
function chain(error: unknown): Error[] {
  const found: Error[] = [];
  let next = error;
  while (next instanceof Error && !found.includes(next)) {
    found.push(next);
    next = next.cause ?? (next instanceof AggregateError ? next.errors[0] : undefined);
  }
  return found;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

/** What a request that got no complete answer means for us. */
export function connectionError(error: unknown, errand: Errand, signal?: AbortSignal): SlipwayError {
  if (error instanceof SlipwayError) return error;
  if (signal?.aborted) return stoppedError(signal, errand.doing);
  const { host, doing } = errand;
  const errors = chain(error);
  if (errors.some(({ message }) => message === 'bad port')) {
    return new SlipwayError('bad-settings', `The port of ${host} is one that web clients never connect to.`, {
      help: 'Let the registry listen on another port, such as 5000.',
      cause: error,
    });
  }
  for (const inner of errors) {
    const problem = tlsProblem(inner);
    if (problem === undefined) continue;
    const message = `The registry ${host} is not trusted while ${doing}: ${problem.found}.`;
    return new SlipwayError('registry-untrusted', message, { help: problem.help, cause: error });
  }
  const code = errors.map(codeOf).find((each) => each in reasons) ?? '';
  const reason = reasons[code] ?? 'could not be reached';
  return new SlipwayError('registry-unavailable', `The registry ${host} ${reason} while ${doing}.`, {
    help: 'Check that the registry runs and that REGISTRY names it.',
    transient: true,
    cause: error,
  });
}
