import { SlipwayError } from '../errors.ts';
import { cleanText } from './clean-text.ts';
import type { Errand } from './connection-error.ts';

/** What an answer says when it is not the one that was hoped for. */
export type BadAnswer = {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
};

type Account = { readonly username: string; readonly password: string };

/** The first error of the body (OCI Distribution Spec 1.1, "Error Codes"); proxies in between answer anything. */
function firstError(text: string): { code: string; message: string } {
  try {
    const parsed = JSON.parse(text) as { errors?: readonly { code?: unknown; message?: unknown }[] } | null;
    const error = parsed?.errors?.[0];
    return { code: String(error?.code ?? ''), message: String(error?.message ?? '') };
  } catch {
    return { code: '', message: text.trimStart().startsWith('<') ? '' : text };
  }
}

/** Seconds of a `Retry-After` header (RFC 9110, 10.2.3): a number, or a date. */
function secondsOf(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** Storage drivers hand the system's error on by its name, or as its number alone: 28 is ENOSPC on Linux. */
const noSpace = /no space left|disk quota exceeded|ENOSPC|"Err":\s*28\b/i;

/** Whether the registry says that it does not offer the operation at all. */
export function isUnsupported({ status, text }: BadAnswer): boolean {
  return status === 405 || status === 501 || firstError(text).code === 'UNSUPPORTED';
}

/** What an answer with an unexpected status means for us. */
export function responseError(answer: BadAnswer, errand: Errand, account?: Account, now = Date.now()): SlipwayError {
  const { status, text } = answer;
  const { host, doing } = errand;
  const { code, message } = firstError(text);
  const secrets = account === undefined ? [] : [account.password];
  const words = [code, message].map((part) => cleanText(part, secrets)).filter((part) => part !== '');
  const found = `${status}${words.length === 0 ? '' : ` ${words.join(': ')}`}`;
  if (status === 507 || noSpace.test(text)) {
    return new SlipwayError('disk-full', `The registry ${host} has no space left (${found}) while ${doing}.`, {
      help: 'Make room on the registry’s disk, for example by its garbage collection, then rebuild.',
    });
  }
  if (status === 408 || status === 429 || status >= 500 || code === 'TOOMANYREQUESTS') {
    const retryAfter = secondsOf(answer.retryAfter, now);
    return new SlipwayError('registry-unavailable', `The registry ${host} answered ${found} while ${doing}.`, {
      help: 'Slipway tries again by itself; the registry’s own log says what is wrong with it.',
      transient: true,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }
  if (status === 401 || status === 403 || code === 'UNAUTHORIZED' || code === 'DENIED') {
    const message =
      account === undefined
        ? `The registry ${host} asks for credentials (${found}) while ${doing}.`
        : `The registry ${host} refused the account ${cleanText(account.username)} (${found}) while ${doing}.`;
    const help =
      account === undefined
        ? 'Set REGISTRY_USERNAME and REGISTRY_PASSWORD.'
        : 'Check REGISTRY_USERNAME and REGISTRY_PASSWORD, and that this account may pull, push and delete there.';
    return new SlipwayError('registry-refused', message, { help });
  }
  return new SlipwayError('registry-failed', `The registry ${host} answered ${found} while ${doing}.`, {
    help: 'The registry’s own log says why; check that REGISTRY names a registry of the OCI Distribution Spec.',
  });
}
