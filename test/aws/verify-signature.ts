import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

export type Account = { readonly accessKeyId: string; readonly secretAccessKey: string };

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** Milliseconds that a request may be old. */
const oldest = 5 * 60_000;

function timeOf(stamp: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/**
 * Recomputes a request's signature (AWS General Reference, "Signature Version 4 signing process").
 *
 * @throws {AwsError} as EC2 answers
 * @returns region and service that the request was signed for
 */
export function verifySignature(
  request: IncomingMessage,
  body: Buffer,
  account: Account,
): { readonly region: string; readonly service: string } {
  const header = request.headers.authorization ?? '';
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header) ?? [];
  const [keyId = '', date = '', region = '', service = '', end = ''] = credential.split('/');
  const refused = (message: string) =>
    service === 'sts'
      ? new AwsError('SignatureDoesNotMatch', message, 403)
      : new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  if (end !== 'aws4_request')
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  if (keyId !== account.accessKeyId) {
    if (service === 'sts')
      throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
    throw refused('unknown key');
  }
  const stamp = String(request.headers['x-amz-date'] ?? '');
  if (!stamp.startsWith(date) || !(Math.abs(Date.now() - timeOf(stamp)) < oldest)) {
    throw new AwsError('RequestExpired', 'Request has expired.');
  }
  const names = signed.split(';');
  if (!names.includes('host') || !names.includes('x-amz-date')) throw refused('host and date have to be signed');
  const canonical = [
    request.method,
    '/',
    '',
    ...names.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signed,
    sha256(body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', stamp, `${date}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${account.secretAccessKey}`);
  const expected = hmac(key, toSign);
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw refused('The request signature does not match.');
  return { region, service };
}
