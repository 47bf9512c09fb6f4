import { describe, expect, it } from 'vitest';
import { readCookie } from '../../../shared/access/cookies.ts';
import { isSameOrigin } from '../../../shared/access/csrf.ts';
import { safeReturnTo } from '../../../shared/access/return-to.ts';
import { isCurrent, renewedSession } from '../../../shared/access/session.ts';
import { HOUR_MS, MINUTE_MS } from '../../../shared/clock.ts';

describe('where a sign-in may lead back to', () => {
  it.each(['/', '/connections', '/connections?status=Active', '/customers/7dd7944f-b4aa-454b-9908-4376f6f770ca'])(
    'keeps %s',
    (path) => {
      expect(safeReturnTo(path)).toBe(path);
    },
  );
  it.each([
    undefined,
    null,
    '',
    'connections',
    'https://evil.example',
    'https:/evil.example',
    '//evil.example/connections',
    '/\\evil.example',
    '\\\\evil.example',
    '/\n/evil.example',
    '/\t/evil.example/connections',
    '/%2f%2fevil.example',
    '/connections/../../evil',
    '/api/v1/session',
    '/auth/callback?code=x',
    '/sign-out',
    '/customers/1',
    'javascript:alert(1)',
    ' /connections',
  ])('turns %j into the home page', (path) => {
    expect(safeReturnTo(path)).toBe('/');
  });
});

describe('who sent a request', () => {
  const from = (headers: Record<string, string>) => isSameOrigin(new Headers(headers), 'https://portal.example');
  it('takes our own pages, whose Origin is null under no-referrer', () => {
    expect(from({ origin: 'https://portal.example' })).toBe(true);
    expect(from({ origin: 'null', 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(from({ origin: 'https://portal.example', 'sec-fetch-site': 'same-origin' })).toBe(true);
  });
  it('refuses other sites, and who does not say', () => {
    expect(from({})).toBe(false);
    expect(from({ origin: 'null' })).toBe(false);
    expect(from({ origin: 'https://evil.example' })).toBe(false);
    expect(from({ origin: 'https://portal.example.evil.example' })).toBe(false);
    expect(from({ origin: 'http://portal.example' })).toBe(false);
    expect(from({ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' })).toBe(false);
    expect(from({ origin: 'https://portal.example', 'sec-fetch-site': 'same-site' })).toBe(false);
    expect(from({ 'sec-fetch-site': 'none' })).toBe(false);
  });
});

describe('a session', () => {
  it('ends 12 hours after the sign-in, and one hour after the last page', () => {
    const at = (startedAtMs: number, seenAtMs: number, nowMs: number) => isCurrent({ startedAtMs, seenAtMs }, nowMs);
    expect(at(0, 0, HOUR_MS - 1)).toBe(true);
    expect(at(0, 0, HOUR_MS)).toBe(false);
    expect(at(0, 11.5 * HOUR_MS, 12 * HOUR_MS - 1)).toBe(true);
    expect(at(0, 11.5 * HOUR_MS, 12 * HOUR_MS)).toBe(false);
  });
  it('is written again only after five minutes', () => {
    const session = {
      sessionId: 's',
      tenantId: 't',
      objectId: 'o',
      name: '',
      username: '',
      csrfToken: 'c',
      startedAtMs: 0,
      seenAtMs: 0,
    };
    expect(renewedSession(session, 5 * MINUTE_MS - 1)).toBeNull();
    expect(renewedSession(session, 5 * MINUTE_MS)).toEqual({ ...session, seenAtMs: 5 * MINUTE_MS });
  });
});

describe('reading a cookie', () => {
  it('takes the one of that very name, and none where there are two', () => {
    expect(readCookie('a=1; __Host-x=2; b=3', '__Host-x')).toBe('2');
    expect(readCookie('x__Host-x=2', '__Host-x')).toBeUndefined();
    expect(readCookie('__Host-x=2; __Host-x=3', '__Host-x')).toBeUndefined();
    expect(readCookie(null, '__Host-x')).toBeUndefined();
  });
});
