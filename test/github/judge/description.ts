import { readFileSync } from 'node:fs';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { closeSchema, isSchema, type Schema, toJsonSchema } from './json-schema.ts';

type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly multiSegment: boolean;
  readonly validate: ValidateFunction;
  readonly type: unknown;
};

export type Operation = {
  readonly method: string;
  /** `/repos/{owner}/{repo}`; with the method it names the operation. */
  readonly template: string;
  readonly parameters: readonly Parameter[];
  readonly bodyRequired: boolean;
  /** Absent where the operation takes no body. */
  readonly body: (() => ValidateFunction) | undefined;
  readonly statuses: ReadonlySet<number>;
  /** The schema of a response, or undefined where it has no such content. */
  readonly response: (status: number, mediaType: string) => ValidateFunction | undefined;
};

export type Description = {
  readonly operations: readonly Operation[];
  /** Schema of an error body, for the answers that GitHub gives on every route without describing them. */
  readonly error: (status: number) => ValidateFunction;
  /** `pull_request`, `closed`; `ping` has no action. */
  readonly webhook: (event: string, action: string | null) => ValidateFunction | undefined;
};

const read = (name: string): Schema =>
  JSON.parse(readFileSync(new URL(`../openapi/${name}`, import.meta.url), 'utf8')) as Schema;

const at = (value: unknown, ...path: string[]): Schema => {
  const found = path.reduce<unknown>((one, key) => (isSchema(one) ? one[key] : undefined), value);
  return isSchema(found) ? found : {};
};

/** Compiles on first use: a test uses a few of the schemas, and compiling all takes seconds. */
const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

function createValidator(api: Schema, webhooks: Schema): Ajv2019 {
  const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false });
  // Both packages are CommonJS: their default export is a property to Node.js and the function itself to TypeScript.
  const formats = addFormats as unknown as { default: (ajv: Ajv2019) => void };
  formats.default(ajv);
  ajv.addFormat('repo.nwo', /^[^/]+\/[^/]+$/);
  ajv.addFormat('timestamp', { type: 'number', validate: Number.isInteger });
  const components = (schemas: Schema, base: string) => ({ components: { schemas: toJsonSchema(schemas, base) } });
  ajv.addSchema({ $id: 'api', ...components(at(api, 'components', 'schemas'), 'api') });
  ajv.addSchema({ $id: 'webhooks', ...components(at(webhooks, 'schemas'), 'webhooks') });
  return ajv;
}

/** In the list of installations an account is said to be a person and an enterprise at once, which nothing can be. */
function repaired(api: Schema): Schema {
  const schema = { type: 'array', items: { $ref: '#/components/schemas/installation' } };
  const list = { get: { responses: { 200: { content: { 'application/json': { schema } } } } } };
  const { parameters } = at(api, 'paths', '/app/installations', 'get');
  const paths = { ...at(api, 'paths'), '/app/installations': { get: { ...list.get, parameters } } };
  return { ...api, paths };
}

/** Reads GitHub's description of its API and its webhooks. */
function readDescription(): Description {
  const api = repaired(read('api.json'));
  const webhooks = read('webhooks.json');
  const ajv = createValidator(api, webhooks);
  const resolve = (reference: string): Schema => at(api, ...reference.replace('#/', '').split('/'));
  const follow = (part: unknown): Schema =>
    isSchema(part) && typeof part.$ref === 'string' ? resolve(part.$ref) : at({ part }, 'part');
  const compile = (schema: Schema, base = 'api') => ajv.compile(toJsonSchema(schema, base));

  const parameterOf = (part: unknown): Parameter => {
    const parameter = follow(part);
    const schema = at(parameter, 'schema');
    return {
      name: String(parameter.name),
      in: parameter.in === 'path' ? 'path' : 'query',
      required: parameter.required === true,
      multiSegment: parameter['x-multi-segment'] === true,
      validate: compile(schema),
      type: schema.type,
    };
  };

  const responsesOf = (operation: Schema): Operation['response'] => {
    const compiled = new Map<string, ValidateFunction | undefined>();
    return (status, mediaType) => {
      const key = `${status} ${mediaType}`;
      if (!compiled.has(key)) {
        const schema = at(follow(at(operation, 'responses')[status]), 'content', mediaType).schema;
        compiled.set(key, isSchema(schema) ? compile(schema) : undefined);
      }
      return compiled.get(key);
    };
  };

  const operationOf = (template: string, method: string, operation: Schema): Operation => {
    const list = Array.isArray(operation.parameters) ? operation.parameters : [];
    const body = at(operation, 'requestBody', 'content', 'application/json').schema;
    return {
      method: method.toUpperCase(),
      template,
      parameters: list.map(parameterOf),
      bodyRequired: at(operation, 'requestBody').required === true,
      body: isSchema(body) ? lazily(() => compile(closeSchema(body, resolve))) : undefined,
      statuses: new Set(Object.keys(at(operation, 'responses')).map(Number)),
      response: responsesOf(operation),
    };
  };

  const operations = Object.entries(at(api, 'paths')).flatMap(([template, methods]) =>
    Object.entries(at({ methods }, 'methods')).map(([method, one]) =>
      operationOf(template, method, at({ one }, 'one')),
    ),
  );
  const simpleError = lazily(() => compile({ $ref: '#/components/schemas/basic-error' }));
  const validationError = lazily(() => compile({ $ref: '#/components/schemas/validation-error' }));
  const events = new Map<string, ValidateFunction>();
  return {
    operations,
    error: (status) => (status === 422 ? validationError() : simpleError()),
    webhook: (event, action) => {
      const name = [event, ...(action === null ? [] : [action])].join('-').replaceAll('_', '-');
      const schema = at(webhooks, 'events')[name];
      if (!isSchema(schema)) return undefined;
      const known = events.get(name) ?? compile(schema, 'webhooks');
      events.set(name, known);
      return known;
    },
  };
}

/** Read once for all stand-ins of a process: it says the same to each, and compiling is what takes time. */
export const description: () => Description = lazily(readDescription);
