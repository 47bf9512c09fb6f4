// The kinds of values that settings take, each with words that say what to do when one is wrong. Pure.
import { z } from 'zod';
import type { SealingKey } from './config.ts';

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An absent setting and an empty one are the same: settings files carry empty values as reminders. */
export const optionalText = z
  .string()
  .trim()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

/** A setting that must be there; `whatToDo` completes "is missing: …". */
export const requiredText = (whatToDo: string) =>
  z
    .string({ error: `is missing: ${whatToDo}` })
    .trim()
    .min(1, { error: `is missing: ${whatToDo}`, abort: true });

const isGuid = (value: string) => z.guid().safeParse(value).success;

export const requiredGuid = (what: string) =>
  requiredText(`set ${what}`).refine(isGuid, { error: `must be a GUID: ${what}` });
export const optionalGuid = (what: string) =>
  optionalText.refine((value) => value === undefined || isGuid(value), { error: `must be a GUID: ${what}` });

/** A day, `2027-01-31`; gives its begin in UTC, milliseconds since the epoch. */
export const optionalDay = optionalText
  .refine((value) => value === undefined || z.iso.date().safeParse(value).success, {
    error: 'must be a day, written as 2027-01-31',
  })
  .transform((value) => (value === undefined ? undefined : Date.parse(`${value}T00:00:00.000Z`)));

/** A certificate with its private key as PEM text; line breaks may be written as `\n`, as settings files need it. */
export const pemPair = optionalText
  .transform((value) => value?.replaceAll('\\n', '\n'))
  .refine(
    (pem) =>
      pem === undefined || (/-----BEGIN CERTIFICATE-----/.test(pem) && /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)),
    { error: 'must be PEM text with both the certificate and its private key; line breaks may be written as \\n' },
  );

/**
 * What is wrong with an address that people or tokens are sent to, or undefined when nothing is. Plain http is taken on
 * loopback only: elsewhere it would show codes and tokens to the network.
 */
function urlFault(value: string, kind: 'origin' | 'address'): string | undefined {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'must be an https:// address such as https://portal.example.com';
  }
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password: remove them';
  if (url.protocol === 'http:' && !loopbackHost.test(url.hostname)) {
    return 'must begin with https:// (http is for loopback addresses such as http://127.0.0.1:7071 only)';
  }
  if (kind === 'origin' && (url.pathname !== '/' || url.search !== '' || url.hash !== '')) {
    return `must be an origin without a path: write ${url.origin}`;
  }
  return undefined;
}

function checkUrl(kind: 'origin' | 'address') {
  return (value: string, context: z.RefinementCtx): string => {
    const fault = urlFault(value, kind);
    if (fault === undefined) return kind === 'origin' ? new URL(value).origin : value;
    context.addIssue(fault);
    return z.NEVER;
  };
}

/** An origin; gives it in lower case, without a trailing slash. */
export const requiredOrigin = (whatToDo: string) => requiredText(whatToDo).transform(checkUrl('origin'));
export const optionalOrigin = optionalText.transform((value, context) =>
  value === undefined ? undefined : checkUrl('origin')(value, context),
);
export const addressOr = (fallback: string) =>
  optionalText.transform((value) => value ?? fallback).transform(checkUrl('address'));

/** `*`, or tenant ids with commas between. */
export const tenantList = requiredText('set the Entra tenant ids that may make a workspace, or * for any').transform(
  (value, context): 'any' | ReadonlySet<string> => {
    if (value === '*') return 'any';
    const ids = parts(value).map((id) => id.toLowerCase());
    const wrong = ids.find((id) => !isGuid(id));
    if (wrong === undefined && ids.length > 0) return new Set(ids);
    context.addIssue(
      wrong === undefined
        ? 'names no tenant: set tenant ids with commas between, or * for any'
        : `has ${JSON.stringify(wrong)}, which is no tenant id: set GUIDs with commas between, or * for any`,
    );
    return z.NEVER;
  },
);

const keyId = /^[A-Za-z0-9_-]{1,32}$/;
const keyBytes = 32;
const howToMakeKey = 'make one with: openssl rand -base64 32';

/** `kid:base64,…`, the newest first. What is wrong is told by position and name, never by value. */
export const sealingKeys = requiredText(
  `set one key or more as name:base64 of 32 bytes, newest first; ${howToMakeKey}`,
).transform((value, context): readonly SealingKey[] => {
  const keys: SealingKey[] = [];
  for (const [index, part] of parts(value).entries()) {
    const colon = part.indexOf(':');
    const kid = part.slice(0, Math.max(colon, 0));
    const key = Buffer.from(part.slice(colon + 1), 'base64');
    const place = `key ${index + 1}`;
    if (!keyId.test(kid)) {
      context.addIssue(`has no usable name at ${place}: write name:base64, the name of letters, digits, - and _`);
    } else if (keys.some((other) => other.kid === kid)) {
      context.addIssue(`names ${kid} twice: give every key a name of its own`);
    } else if (key.length !== keyBytes || key.toString('base64').replace(/=+$/, '') !== unpadded(part, colon)) {
      context.addIssue(`has at ${place} (${kid}) something else than base64 of ${keyBytes} bytes; ${howToMakeKey}`);
    }
    keys.push({ kid, key: new Uint8Array(key) });
  }
  if (keys.length === 0) context.addIssue(`names no key; ${howToMakeKey}`);
  return keys;
});

function unpadded(part: string, colon: number): string {
  return part
    .slice(colon + 1)
    .replace(/=+$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
}

function parts(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
