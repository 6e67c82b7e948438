import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { description } from '../judge/description.ts';
import { judgeBody, judgeParameters, judgeResponse } from '../judge/judge.ts';
import type { RequestRecord, State } from '../state.ts';
import { type Answer, notFound, Refused, unprocessable } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { authorize, namePath } from './authorize.ts';
import type { Call, Routes } from './call.ts';
import { fail, sendHalf, takeFault } from './faults.ts';
import { createMatcher, type Matched } from './match-route.ts';
import { countRequest, rateLimitHeaders } from './rate-limit.ts';

type Exchange = {
  readonly state: State;
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly matched: Matched;
  readonly body: unknown;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refused(400, 'Problems parsing JSON', {}, true);
  }
}

/** Reports what GitHub's description does not allow in a request, and refuses what GitHub would refuse. */
function judgeRequest(exchange: Exchange, report: (problems: readonly string[]) => void): void {
  const { matched, url, body } = exchange;
  const wrong = judgeParameters(matched.operation, matched.params, url.searchParams);
  report(wrong);
  if (wrong.some((problem) => problem.startsWith('path '))) throw notFound();
  if (wrong.some((problem) => problem.startsWith('query '))) throw unprocessable(wrong.join(', '));
  const problems = judgeBody(matched.operation, body);
  report(problems);
  const refused = problems.filter((problem) => !problem.includes('unevaluated properties'));
  if (refused.length === 0) return;
  throw new Refused(422, `Invalid request.\n\n${refused.join('\n')}`, {
    errors: refused.map((message) => ({ code: 'custom', message })),
  });
}

async function answerTo(exchange: Exchange, routes: Routes, report: (problems: readonly string[]) => void) {
  const { state, request, url, matched, body } = exchange;
  const { operation, params } = matched;
  const route = routes[`${operation.method} ${operation.template}`];
  if (route === undefined) {
    report(['the stand-in does not have this route']);
    return new Refused(501, 'Not Implemented').answer;
  }
  try {
    if (!request.headers['user-agent']) {
      throw new Refused(403, 'Request forbidden by administrative rules: it has no User-Agent', {}, true);
    }
    const call: Call = {
      state,
      operation,
      url,
      params,
      query: url.searchParams,
      body: isRecord(body) ? body : {},
      accept: request.headers.accept ?? '',
      caller: authenticate(state, request.headers.authorization),
    };
    authorize(call, route.needs);
    countRequest(state, operation.template);
    judgeRequest(exchange, report);
    return await route.handle(call);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.violation) report([error.message, ...reasonsOf(error.answer)]);
    return error.answer;
  }
}

function reasonsOf(answer: Answer): string[] {
  const errors = isRecord(answer.json) && Array.isArray(answer.json.errors) ? answer.json.errors : [];
  return errors.map((one) => String(isRecord(one) ? one.message : one));
}

/** What a GET was answered, by its content and, as on GitHub, the token; the same asked for with it is a 304. */
function tagOf(request: IncomingMessage, answer: Answer, bytes: Buffer | undefined): string | undefined {
  if (request.method !== 'GET' || answer.status !== 200 || bytes === undefined) return undefined;
  const hash = createHash('sha256').update(`${request.headers.authorization}\n`).update(bytes);
  return `W/"${hash.digest('hex')}"`;
}

function send(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  half: 'truncate' | 'cut' | undefined,
): number {
  const bytes = answer.bytes ?? (answer.json === undefined ? undefined : Buffer.from(JSON.stringify(answer.json)));
  const tag = tagOf(request, answer, bytes);
  if (tag !== undefined && request.headers['if-none-match'] === tag) {
    // GitHub counts no such answer against the limit.
    state.settings.rateLimit.remaining += 1;
    response.writeHead(304, { ...rateLimitHeaders(state), ETag: tag }).end();
    return 304;
  }
  const headers: Record<string, string> = {
    ...rateLimitHeaders(state),
    'X-GitHub-Media-Type': 'github.v3; format=json',
    'X-GitHub-Api-Version-Selected': '2022-11-28',
    ...(bytes === undefined ? {} : { 'Content-Type': `${answer.mediaType ?? 'application/json'}; charset=utf-8` }),
    ...(tag === undefined ? {} : { ETag: tag }),
    ...answer.headers,
  };
  if (half !== undefined && bytes !== undefined) {
    sendHalf(response, answer.status, headers, bytes, half);
    return answer.status;
  }
  response.writeHead(answer.status, {
    ...headers,
    ...(bytes === undefined ? {} : { 'Content-Length': String(bytes.length) }),
  });
  response.end(bytes);
  return answer.status;
}

/** GitHub's REST API: recognises, judges, answers and judges the answer. */
export function serveApi(state: State, basePath: string, routes: Routes) {
  const match = createMatcher(description().operations);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', state.webUrl);
    const path = namePath(url.pathname.slice(basePath.length), state.repositories);
    const bytes = await readBody(request);
    const matched = match(method, path);
    const template = matched?.operation.template;
    const record: RequestRecord = {
      method,
      route: template,
      path: url.pathname + url.search,
      status: undefined,
      time: new Date(),
      token: request.headers.authorization !== undefined,
      body: undefined,
    };
    state.requests.push(record);
    const report = (problems: readonly string[]) => {
      for (const problem of problems) state.violations.push({ call: `${method} ${url.pathname}`, problem });
    };
    if (state.settings.latency > 0) await sleep(state.settings.latency, undefined, { signal: state.stopped.signal });
    const fault = takeFault(state, method, url.pathname);
    const half = fault?.fault === 'truncate' || fault?.fault === 'cut' ? fault.fault : undefined;
    if (fault !== undefined && half === undefined && fault.applied !== true) {
      record.status = fail(response, fault.fault);
      return;
    }
    if (matched === undefined) {
      report(['GitHub has no such route, as far as Slipway may know']);
      record.status = 404;
      send(state, request, response, new Refused(404, 'Not Found').answer, undefined);
      return;
    }
    let body: unknown;
    let answer: Answer;
    try {
      body = parse(bytes);
      record.body = body;
      answer = await answerTo({ state, request, url, matched, body }, routes, report);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      report([error.message]);
      answer = error.answer;
    }
    const mediaType = answer.mediaType ?? 'application/json';
    if (answer.status !== 501) report(judgeResponse(matched.operation, answer.status, mediaType, answer.json));
    if (fault !== undefined && half === undefined) {
      record.status = fail(response, fault.fault);
      return;
    }
    record.status = send(state, request, response, answer, half);
  };
}
