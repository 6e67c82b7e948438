/** What whoever posts a delivery is told. The sentences are fixed: nothing of the request or of an error gets into them. */
export type Answer = {
  readonly status: number;
  readonly sentence: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export const answers = {
  ok: { status: 200, sentence: 'ok' },
  wrongMethod: {
    status: 405,
    sentence: 'Expected POST: this address takes webhook deliveries only.',
    headers: { allow: 'POST' },
  },
  wrongType: {
    status: 415,
    sentence:
      'Expected the content type application/json: choose it as the webhook’s content type in the settings on GitHub.',
  },
  unsigned: {
    status: 400,
    sentence:
      'Expected the header X-Hub-Signature-256 with sha256= and 64 hexadecimal digits: set the webhook secret in the GitHub App’s settings.',
  },
  wrongSignature: {
    status: 400,
    sentence:
      'The signature does not match the body: the webhook secret in the GitHub App’s settings has to be the server’s WEBHOOK_SECRET.',
  },
  noEvent: { status: 400, sentence: 'Expected the header X-GitHub-Event with the name of an event.' },
  noDelivery: { status: 400, sentence: 'Expected the header X-GitHub-Delivery with a UUID.' },
  tooLarge: { status: 413, sentence: 'The body is larger than 25 MB, more than GitHub ever sends.' },
  tooSlow: { status: 408, sentence: 'The body did not arrive in time.' },
  tooManyLarge: { status: 503, sentence: 'Too many large bodies arrive at once: send this one again later.' },
  notJson: { status: 400, sentence: 'Expected a JSON object as the body.' },
  notSetUp: {
    status: 503,
    sentence:
      'This Slipway has no GitHub App yet: open its pages to set it up, then redeliver (GitHub App’s settings, Advanced, Recent Deliveries).',
  },
  failed: {
    status: 500,
    sentence:
      'The delivery could not be kept: redeliver it (GitHub App’s settings, Advanced, Recent Deliveries) when the server is well again.',
  },
  broken: { status: 500, sentence: 'Something went wrong on the server; its log has the reason.' },
} as const satisfies Record<string, Answer>;
