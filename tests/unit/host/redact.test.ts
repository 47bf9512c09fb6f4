import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, type LogLine, toJsonLine, withFields } from '../../../shared/log.ts';
import { REDACTED, redact, redactText } from '../../../shared/redact.ts';

const jwt = `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(40)}`;

describe('redactText', () => {
  it.each([
    ['a signed token', `token was ${jwt}.`, jwt],
    ['a bearer header', 'Authorization: Bearer abc.def-123', 'abc.def-123'],
    ['a code in an address', 'GET /auth/callback?code=0.AXkA-secret&state=s3cr3t&x=1', '0.AXkA-secret'],
    ['a state in an address', 'GET /auth/callback?code=c0de&state=s3cr3t', 's3cr3t'],
    ['a form', 'client_id=a&client_secret=hunter2&grant_type=x', 'hunter2'],
    ['JSON', '{"refresh_token":"0.AX-secret","token_type":"Bearer"}', '0.AX-secret'],
    ['a connection string', 'Endpoint=sb://x;SharedAccessKeyName=n;SharedAccessKey=abc=;EntityPath=q', 'abc='],
    ['a consent link', 'https://p.example.com/consent/AbCdEfGhIjKlMnOpQrStUv/start', 'AbCdEfGhIjKlMnOpQrStUv'],
    ['a session cookie', 'Cookie: __Host-session=v1.abcdef; other=1', 'v1.abcdef'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', 'MIIE'],
  ])('takes the secret out of %s', (_what, text, secret) => {
    expect(redactText(text)).not.toContain(secret);
    expect(redactText(text)).toContain(REDACTED);
  });

  it.each([
    'AADSTS65001: The user or administrator has not consented (trace 11111111-1111-4111-8111-111111111111)',
    'GET /api/v1/customers/11111111-1111-4111-8111-111111111111/sync 202',
    'Port 7071 is taken',
    '/consent/callback',
  ])('leaves alone: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('cuts what is very long', () => {
    expect(redactText('x'.repeat(10_000)).length).toBeLessThan(5_000);
  });
});

describe('redact', () => {
  it('replaces fields by their name and keeps what only looks like it', () => {
    const safe = redact({
      clientSecret: 'a',
      refreshToken: 'b',
      headers: { Authorization: 'c', cookie: 'd', accept: 'text/html' },
      sealedToken: 'e',
      tokenHash: 'f',
      tokens: 12,
      code: 'AADSTS65001',
    });
    expect(safe).toEqual({
      clientSecret: REDACTED,
      refreshToken: REDACTED,
      headers: { Authorization: REDACTED, cookie: REDACTED, accept: 'text/html' },
      sealedToken: REDACTED,
      tokenHash: 'f',
      tokens: 12,
      code: 'AADSTS65001',
    });
  });

  it('opens errors and their causes, without their secrets', () => {
    const error = new Error('refused', { cause: new Error(`with Bearer ${jwt}`) });
    const safe = redact({ error });
    expect(safe).toMatchObject({ error: { name: 'Error', message: 'refused', cause: { name: 'Error' } } });
    expect(JSON.stringify(safe)).not.toContain(jwt);
  });

  it('survives circles, depth, bytes and getters that throw', () => {
    const circle: Record<string, unknown> = { bytes: new Uint8Array(3), big: 10n };
    circle['self'] = circle;
    Object.defineProperty(circle, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(redact(circle)).toEqual({ bytes: '[3 bytes]', big: '10', self: '[circular]', bad: '[unreadable]' });
  });

  it('gives for any value something that JSON takes, and never the secret in it', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withSet: true, withDate: true }), (value) => {
        const text = JSON.stringify(redact({ value, password: `s3cr3t` })) ?? '';
        expect(text).not.toContain('s3cr3t');
      }),
    );
  });
});

describe('createLog', () => {
  it('redacts message and fields and leaves out what is below its level', () => {
    const lines: LogLine[] = [];
    const log = withFields(
      createLog((line) => lines.push(line)),
      { tenantId: 't' },
    );
    log('debug', 'quiet');
    log('warn', `Bearer ${jwt}`, { accessToken: 'x', count: 1 });
    expect(lines).toEqual([
      { level: 'warn', message: `Bearer ${REDACTED}`, fields: { tenantId: 't', accessToken: REDACTED, count: 1 } },
    ]);
    expect(lines.map((line) => JSON.parse(toJsonLine(line, 0)))).toEqual([
      expect.objectContaining({ time: '1970-01-01T00:00:00.000Z', level: 'warn', tenantId: 't' }),
    ]);
  });
});
