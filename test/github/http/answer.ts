/** What a route answers; `json` is judged, `bytes` are sent as they are. */
export type Answer = {
  readonly status: number;
  readonly json?: unknown;
  readonly bytes?: Buffer;
  /** Where it is not JSON, or JSON by another name. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const documentation = 'https://docs.github.com/rest';

/** A refusal in GitHub's form. Routes throw it, and the server sends it. */
export class Refused extends Error {
  readonly answer: Answer;
  /** The caller broke a rule, and would have known without asking: the test fails for it. */
  readonly violation: boolean;

  constructor(status: number, message: string, details: Readonly<Record<string, unknown>> = {}, violation = false) {
    super(message);
    this.answer = {
      status,
      json: { message, ...details, documentation_url: documentation, status: String(status) },
    };
    this.violation = violation;
  }
}

export const notFound = (): Refused => new Refused(404, 'Not Found');

/** A value that no state of the repository could make right. */
export const invalid = (resource: string, field: string, message: string): Refused =>
  new Refused(422, 'Validation Failed', { errors: [{ resource, field, code: 'custom', message }] }, true);

/** A value that is right in form and does not fit the repository's state. */
export const unprocessable = (message: string): Refused => new Refused(422, message, { errors: [] });

export const ok = (json: unknown): Answer => ({ status: 200, json });

export const created = (json: unknown, location?: unknown): Answer => ({
  status: 201,
  json,
  ...(typeof location === 'string' ? { headers: { Location: location } } : {}),
});
