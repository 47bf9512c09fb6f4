// Who sent a request that changes something: our own page, by the browser's word and by a token of the session.
import { timingSafeEqual } from 'node:crypto';
import { Problem } from '../errors.ts';
import type { Session } from './session.ts';

/** The form field and the header that carry the token. */
export const CSRF_FIELD = 'csrf';
export const CSRF_HEADER = 'x-csrf-token';

/**
 * Whether the browser says that our own page sent the request. `Origin` is `null` on forms of pages with
 * `Referrer-Policy: no-referrer`, so `Sec-Fetch-Site` decides where it is sent.
 * https://fetch.spec.whatwg.org/#append-a-request-origin-header
 */
export function isSameOrigin(headers: { get(name: string): string | null }, publicUrl: string): boolean {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (origin !== null && origin !== 'null' && origin !== new URL(publicUrl).origin) return false;
  return site === null ? origin !== null && origin !== 'null' : site === 'same-origin';
}

/** @throws Problem 403 for a request that another site sent. */
export function requireSameOrigin(headers: { get(name: string): string | null }, publicUrl: string): void {
  if (isSameOrigin(headers, publicUrl)) return;
  throw refusal('cross_site_request', 'The request did not come from a page of this portal.');
}

/** @throws Problem 403 unless `token` is the session's. */
export function requireCsrfToken(session: Session, token: string | null | undefined): void {
  const given = Buffer.from(token ?? '');
  const expected = Buffer.from(session.csrfToken);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw refusal('csrf_token_invalid', 'The form belongs to another session.');
}

function refusal(code: string, meaning: string): Problem {
  return new Problem(403, {
    code,
    meaning,
    whoActs: 'msp',
    whatToDo: 'Reload the page and try again.',
    retryHelps: true,
  });
}
