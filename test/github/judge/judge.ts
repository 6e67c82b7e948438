import type { ErrorObject, ValidateFunction } from 'ajv/dist/2019.js';
import type { Operation } from './description.ts';
import { description } from './description.ts';

const sentence = (error: ErrorObject): string => {
  const details = error.params as Record<string, unknown>;
  const extra = details.additionalProperty ?? details.unevaluatedProperty ?? details.allowedValues;
  return `${error.instancePath || 'it'} ${error.message ?? 'is wrong'}${extra === undefined ? '' : ` (${String(extra)})`}`;
};

/** What is wrong with a value, in sentences; empty where nothing is. */
function problemsOf(validate: ValidateFunction, value: unknown): string[] {
  return validate(value) ? [] : (validate.errors ?? []).map(sentence);
}

/** Query and path arrive as text; a number is one when it is written as one. */
const typed = (type: unknown, text: string): unknown =>
  type === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;

export function judgeParameters(
  operation: Operation,
  path: Readonly<Record<string, string>>,
  query: URLSearchParams,
): string[] {
  const known = new Set(operation.parameters.filter((one) => one.in === 'query').map((one) => one.name));
  const unknown = [...query.keys()].filter((name) => !known.has(name));
  const wrong = operation.parameters.flatMap((parameter) => {
    const text = parameter.in === 'path' ? path[parameter.name] : query.get(parameter.name);
    if (text === undefined || text === null) {
      return parameter.required ? [`the ${parameter.in} has no ${parameter.name}`] : [];
    }
    const problems = problemsOf(parameter.validate, typed(parameter.type, text));
    return problems.map((problem) => `${parameter.in} ${parameter.name} (${text}): ${problem}`);
  });
  return [...unknown.map((name) => `the query has an unknown ${name}`), ...wrong];
}

/** @param body what was sent, or undefined for none */
export function judgeBody(operation: Operation, body: unknown): string[] {
  if (operation.body === undefined) return body === undefined ? [] : ['it takes no body, and one was sent'];
  if (body === undefined) return operation.bodyRequired ? ['it needs a body, and none was sent'] : [];
  return problemsOf(operation.body(), body).map((problem) => `request body: ${problem}`);
}

/** Answers that GitHub gives on every route and describes on few. */
const everywhere = new Set([301, 307, 400, 401, 403, 404, 410, 415, 422, 429]);

export function judgeResponse(operation: Operation, status: number, mediaType: string, json: unknown): string[] {
  const described = operation.statuses.has(status);
  if (!described && !everywhere.has(status)) return [`the answer ${status} is not described`];
  const validate = operation.response(status, mediaType) ?? (status >= 400 ? description().error(status) : undefined);
  if (validate === undefined || json === undefined) return [];
  return problemsOf(validate, json).map((problem) => `response ${status}: ${problem}`);
}

export function judgePayload(event: string, action: string | null, payload: unknown): string[] {
  const validate = description().webhook(event, action);
  if (validate === undefined) return [`no webhook ${event} ${action ?? ''} is described`];
  return problemsOf(validate, payload).map((problem) => `payload: ${problem}`);
}
