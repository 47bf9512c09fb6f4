// Tokens against a real HTTP server: what is sent to the token endpoint, how its failures are told, what is kept.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { exportJWK, importSPKI, jwtVerify, SignJWT } from 'jose';
import selfsigned from 'selfsigned';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, manualClock } from '../../shared/clock.ts';
import { type Asked, json, openAt, reset, type Stub, startStub } from './microsoft-stub.ts';

const tenantId = '6f2c1a52-4a8d-4a0e-9d5f-0c2b1f7a9e10';
const startMs = Date.parse('2033-01-01T00:00:00Z');
let stub: Stub;

beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.close());

const form = (asked: Asked | undefined) => Object.fromEntries(new URLSearchParams(asked?.body));
const token = (name: string) => json(200, { token_type: 'Bearer', expires_in: 3_600, access_token: name });
const refusal = (number: number, error = 'invalid_client') =>
  json(401, {
    error,
    error_description: `AADSTS${number}: Words.\r\nTrace ID: a\r\nCorrelation ID: ${tenantId}\r\nTimestamp: x`,
    error_codes: [number],
    correlation_id: tenantId,
  });

describe('app-only tokens of a customer tenant', () => {
  it('come from that tenant by client credentials, with one request and no metadata', async () => {
    stub.replies.push(token('t1'));
    const { microsoft, logged } = openAt(stub.origin);
    expect(await microsoft.customerToken(tenantId.toUpperCase()).get()).toBe('t1');
    expect(stub.asked).toHaveLength(1);
    expect(stub.asked[0]).toMatchObject({
      method: 'POST',
      path: expect.stringContaining(`/${tenantId}/oauth2/v2.0/token`),
    });
    expect(form(stub.asked[0])).toMatchObject({
      grant_type: 'client_credentials',
      client_id: '22222222-0000-4000-8000-000000000002',
      client_secret: 'the-secret',
      scope: 'https://graph.microsoft.com/.default',
    });
    expect(logged()).not.toContain('the-secret');
  });

  it('are kept by our clock, shared by all who ask, and renewed on demand', async () => {
    const clock = manualClock(startMs);
    stub.replies.push(token('t1'), token('t2'), token('t3'));
    const { microsoft } = openAt(stub.origin, { clock });
    const both = [microsoft.customerToken(tenantId).get(), microsoft.customerToken(tenantId).get()];
    expect(await Promise.all(both)).toEqual(['t1', 't1']);
    clock.advance(54 * MINUTE_MS);
    expect(await microsoft.customerToken(tenantId).get()).toBe('t1');
    clock.advance(MINUTE_MS);
    expect(await microsoft.customerToken(tenantId).get()).toBe('t2');
    expect(await microsoft.customerToken(tenantId).renew()).toBe('t3');
    expect(await microsoft.customerToken(tenantId).get()).toBe('t3');
    expect(stub.asked).toHaveLength(3);
  });

  it.each([
    [7000229, 'consent'],
    [700016, 'consent'],
    [7000215, 'credential'],
    [7000222, 'credential'],
  ])('tell AADSTS%i as a failure of kind %s', async (number, kind) => {
    stub.replies.push(refusal(number));
    await expect(openAt(stub.origin).microsoft.customerToken(tenantId).get()).rejects.toMatchObject({
      kind,
      source: 'entra',
      status: 401,
      code: `AADSTS${number}`,
      explanation: { correlationId: tenantId },
    });
    expect(stub.asked).toHaveLength(1);
  });

  it.each([
    ['a lost connection', reset],
    ['a short 503', json(503, {}, { 'retry-after': '0' })],
    ['a short 429', json(429, {}, { 'retry-after': '0' })],
  ])('survive %s', async (_name, failure) => {
    stub.replies.push(failure, token('t1'));
    expect(await openAt(stub.origin).microsoft.customerToken(tenantId).get()).toBe('t1');
  });

  it('hand a long Retry-After to the caller, who is not held back when it asks again', async () => {
    // MSAL itself would block the tenant for a minute of the machine's clock.
    stub.replies.push(json(429, {}, { 'retry-after': '60' }), token('t1'));
    const { microsoft } = openAt(stub.origin);
    const refused = { kind: 'throttled', retryAfterMs: 60_000 };
    await expect(microsoft.customerToken(tenantId).get()).rejects.toMatchObject(refused);
    expect(await microsoft.customerToken(tenantId).get()).toBe('t1');
  });

  it.each([
    [
      'broken JSON',
      (_asked: Asked, response: { end(body: string): unknown }) => void response.end('{"access_tok'),
      'transient',
    ],
    ['an answer without a token', json(200, { token_type: 'Bearer', expires_in: 3_600 }), 'other'],
    [
      'a page of a gateway',
      (_asked: Asked, response: { end(body: string): unknown }) => void response.end('<html>'),
      'transient',
    ],
  ])('are not made of %s', async (_name, reply, kind) => {
    stub.replies.push(reply);
    await expect(openAt(stub.origin).microsoft.customerToken(tenantId).get()).rejects.toMatchObject({ kind });
  });

  it('are not asked for under a name that is no tenant id', () => {
    const { microsoft } = openAt(stub.origin);
    expect(() => microsoft.customerToken('../organizations')).toThrow();
    expect(() => microsoft.customerToken('contoso.example')).toThrow();
  });
});

describe('the proof by certificate', () => {
  let certificatePem: string;
  let privatePem: string;
  let pem: string;
  beforeAll(async () => {
    ({ certificatePem, privatePem } = await makeCertificate());
    pem = `${certificatePem}\n${privatePem}`;
  });

  it('is a fresh PS256 assertion for each attempt, by our clock, for the tenant’s token endpoint', async () => {
    stub.replies.push(reset, token('t1'));
    const { microsoft } = openAt(stub.origin, { proof: { kind: 'certificate', pem }, clock: manualClock(startMs) });
    await microsoft.customerToken(tenantId).get();
    const assertions = stub.asked.map((asked) => form(asked)['client_assertion'] ?? '');
    expect(new Set(assertions).size).toBe(2);
    expect(form(stub.asked[0])['client_secret']).toBeUndefined();
    const { payload, protectedHeader } = await jwtVerify(
      assertions[1] ?? '',
      new X509Certificate(certificatePem).publicKey,
      {
        algorithms: ['PS256'],
        currentDate: new Date(startMs),
      },
    );
    const thumbprint = new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '');
    expect(protectedHeader).toEqual({
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': Buffer.from(thumbprint, 'hex').toString('base64url'),
    });
    expect(payload).toMatchObject({
      aud: `${stub.origin.replace('http:', 'https:')}/${tenantId}/oauth2/v2.0/token`,
      iss: '22222222-0000-4000-8000-000000000002',
      sub: '22222222-0000-4000-8000-000000000002',
      nbf: startMs / 1000,
      exp: startMs / 1000 + 600,
    });
  });

  it('is refused at the start when key and certificate are not a pair, or one is missing', async () => {
    const other = await makeCertificate();
    const open = (text: string) => () => openAt(stub.origin, { proof: { kind: 'certificate', pem: text } });
    expect(open(`${certificatePem}\n${other.privatePem}`)).toThrow('does not belong');
    expect(open(certificatePem)).toThrow('must hold');
    expect(open(privatePem)).toThrow('must hold');
  });
});

describe('signing in', () => {
  const request = {
    app: 'partner',
    tenant: 'organizations',
    redirectUri: 'http://127.0.0.1:8080/auth/callback',
    scopes: ['openid', 'profile', 'User.Read'],
    code: 'the-code',
    codeVerifier: 'v'.repeat(43),
    nonce: 'n-1',
  } as const;

  async function signer(kid: string) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const spki = await importSPKI(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'RS256');
    const jwk = { ...(await exportJWK(spki)), kid, use: 'sig', issuer: `${stub.origin}/{tenantid}/v2.0` };
    const idToken = (changes: Record<string, unknown> = {}) =>
      new SignJWT({
        tid: tenantId,
        oid: tenantId,
        nonce: 'n-1',
        name: 'Ada',
        preferred_username: 'ada@contoso.example',
        ...changes,
      })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setAudience('11111111-0000-4000-8000-000000000001')
        .setIssuer(`${stub.origin}/${tenantId}/v2.0`)
        .setIssuedAt(startMs / 1000)
        .setNotBefore(startMs / 1000)
        .setExpirationTime(startMs / 1000 + 3_600)
        .sign(privateKey);
    return { jwk, idToken };
  }

  /** Answers by path: the keys that are published now, and one answer of the token endpoint. */
  function serve(published: { jwks: object[]; tokens: Record<string, unknown> }) {
    stub.replies.splice(0, stub.replies.length, (asked, response) => {
      const body = asked.path.includes('/token')
        ? published.tokens
        : asked.path.includes('/keys')
          ? { keys: published.jwks }
          : { issuer: `${stub.origin}/{tenantid}/v2.0`, jwks_uri: `${stub.origin}/organizations/discovery/v2.0/keys` };
      response.end(JSON.stringify(body));
    });
  }
  const asksFor = (part: string) => stub.asked.filter(({ path }) => path.includes(part)).length;

  it('leads to the authorize page of the configured origin, with PKCE, nonce and no scope more than asked', async () => {
    const { microsoft } = openAt(stub.origin);
    const url = new URL(
      await microsoft.authorizeUrl({
        app: 'partner',
        tenant: 'organizations',
        redirectUri: request.redirectUri,
        scopes: request.scopes,
        state: 's&1',
        nonce: 'n-1',
        codeChallenge: 'challenge',
        prompt: 'login',
        loginHint: 'ada@contoso.example',
      }),
    );
    expect(`${url.origin}${url.pathname}`).toBe(`${stub.origin}/organizations/oauth2/v2.0/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: '11111111-0000-4000-8000-000000000001',
      response_type: 'code',
      response_mode: 'query',
      redirect_uri: request.redirectUri,
      scope: 'openid profile User.Read',
      state: 's&1',
      nonce: 'n-1',
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
      prompt: 'login',
      login_hint: 'ada@contoso.example',
    });
    expect(stub.asked).toHaveLength(0);
  });

  it('redeems the code and gives the account, reading the keys once', async () => {
    const { jwk, idToken } = await signer('k1');
    const tokens = { expires_in: 3_600, access_token: 'at', id_token: await idToken() };
    serve({ jwks: [jwk], tokens });
    const { microsoft } = openAt(stub.origin, { clock: manualClock(startMs) });
    expect(await microsoft.redeemCode(request)).toEqual({
      account: { tenantId, objectId: tenantId, name: 'Ada', username: 'ada@contoso.example', roles: [] },
      accessToken: 'at',
      refreshToken: null,
    });
    expect(form(stub.asked[0])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'the-code',
      code_verifier: 'v'.repeat(43),
      redirect_uri: request.redirectUri,
      scope: 'openid profile User.Read',
    });
    await microsoft.redeemCode(request);
    expect(asksFor('/keys')).toBe(1);
  });

  it('reads the keys again for a new key, but not for every forgery', async () => {
    const clock = manualClock(startMs);
    const [old, fresh] = [await signer('k1'), await signer('k2')];
    const published = {
      jwks: [old.jwk],
      tokens: { expires_in: 3_600, access_token: 'at', id_token: await old.idToken() },
    };
    serve(published);
    const { microsoft } = openAt(stub.origin, { clock });
    await microsoft.redeemCode(request);
    published.tokens.id_token = await fresh.idToken();
    published.jwks.push(fresh.jwk);
    await expect(microsoft.redeemCode(request)).rejects.toMatchObject({ code: 'id_token_invalid' });
    expect(asksFor('/keys')).toBe(1);
    clock.advance(5 * MINUTE_MS);
    await expect(microsoft.redeemCode(request)).resolves.toMatchObject({ accessToken: 'at' });
    expect(asksFor('/keys')).toBe(2);
  });

  it('refuses keys that are said to be elsewhere', async () => {
    const { idToken } = await signer('k1');
    stub.replies.push(json(200, { expires_in: 3_600, access_token: 'at', id_token: await idToken() }));
    stub.replies.push(json(200, { issuer: 'x', jwks_uri: 'http://localhost:1/keys' }));
    const { microsoft } = openAt(stub.origin, { clock: manualClock(startMs) });
    await expect(microsoft.redeemCode(request)).rejects.toMatchObject({ code: 'foreign_link' });
  });

  it.each([
    ['the nonce of another journey', { nonce: 'n-2' }],
    ['a tenant that is not the issuer’s', { tid: '11111111-2222-4333-8444-555555555555' }],
  ])('refuses %s', async (_name, changes) => {
    const { jwk, idToken } = await signer('k1');
    serve({ jwks: [jwk], tokens: { expires_in: 3_600, access_token: 'at', id_token: await idToken(changes) } });
    const { microsoft } = openAt(stub.origin, { clock: manualClock(startMs) });
    await expect(microsoft.redeemCode(request)).rejects.toMatchObject({ code: 'id_token_invalid' });
  });

  it('refuses an answer without id_token', async () => {
    serve({ jwks: [], tokens: { expires_in: 3_600, access_token: 'at' } });
    await expect(openAt(stub.origin).microsoft.redeemCode(request)).rejects.toMatchObject({ code: 'id_token_invalid' });
  });

  it('explains a code that was used before', async () => {
    stub.replies.push(refusal(54005, 'invalid_grant'));
    const refused = { kind: 'interaction', code: 'AADSTS54005', explanation: { retryHelps: true } };
    await expect(openAt(stub.origin).microsoft.redeemCode(request)).rejects.toMatchObject(refused);
  });
});

describe('refresh tokens', () => {
  it.each([
    ['graph', 'https://graph.microsoft.com/.default'],
    ['partnerCenter', 'https://api.partnercenter.microsoft.com/.default'],
  ] as const)('are used for %s and replaced', async (resource, scope) => {
    stub.replies.push(json(200, { expires_in: 3_600, access_token: 'at', refresh_token: 'rt-2' }));
    const { microsoft } = openAt(stub.origin, { clock: manualClock(startMs) });
    expect(await microsoft.refresh({ refreshToken: 'rt-1', tenantId, resource })).toEqual({
      accessToken: 'at',
      refreshToken: 'rt-2',
      expiresAtMs: startMs + HOUR_MS,
    });
    const sent = form(stub.asked[0]);
    expect(sent).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'rt-1' });
    expect(sent['scope']?.split(' ')).toContain(scope);
  });

  it('stay as they are where Microsoft gives no new one', async () => {
    stub.replies.push(json(200, { expires_in: 3_600, access_token: 'at' }));
    const { microsoft } = openAt(stub.origin);
    const refreshed = await microsoft.refresh({ refreshToken: 'rt-1', tenantId, resource: 'graph' });
    expect(refreshed.refreshToken).toBe('rt-1');
  });

  it('tell that they were revoked', async () => {
    stub.replies.push(refusal(50173, 'invalid_grant'));
    const { microsoft } = openAt(stub.origin);
    await expect(microsoft.refresh({ refreshToken: 'rt-1', tenantId, resource: 'graph' })).rejects.toMatchObject({
      kind: 'interaction',
      code: 'AADSTS50173',
    });
  });
});

describe('the other addresses', () => {
  it('name the tenant on the admin consent page, and everything in the manifest', () => {
    const url = new URL(
      openAt(stub.origin).microsoft.adminConsentUrl({
        tenantId,
        redirectUri: 'http://127.0.0.1/consent/callback',
        state: 'a b',
      }),
    );
    expect(`${url.origin}${url.pathname}`).toBe(`${stub.origin}/${tenantId}/v2.0/adminconsent`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: '22222222-0000-4000-8000-000000000002',
      scope: 'https://graph.microsoft.com/.default',
      redirect_uri: 'http://127.0.0.1/consent/callback',
      state: 'a b',
    });
  });

  it('come back after signing out', () => {
    const url = new URL(openAt(stub.origin).microsoft.signOutUrl('http://127.0.0.1/?x=1'));
    expect(url.pathname).toBe('/organizations/oauth2/v2.0/logout');
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe('http://127.0.0.1/?x=1');
  });
});

async function makeCertificate(): Promise<{ privatePem: string; certificatePem: string }> {
  const made = await selfsigned.generate([{ name: 'commonName', value: 'test' }], { keySize: 2048 });
  return { privatePem: made.private, certificatePem: made.cert };
}
