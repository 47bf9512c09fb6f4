// The simulated identity platform: client credentials by secret and certificate, refresh tokens, GDAP redemption.
import { createPrivateKey, type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import selfsigned from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningMicrosoft } from '../../infra/local/microsoft/start.ts';
import { GRAPH_AUDIENCE, PARTNER_CENTER_AUDIENCE, verifyAccessToken } from '../../infra/local/microsoft/tokens.ts';
import {
  adminConsentUrl,
  appToken,
  CUSTOMER_APP_ID,
  CUSTOMER_REDIRECT,
  CUSTOMER_SECRET,
  connectPartner,
  makeBrowser,
  PARTNER_APP_ID,
  PARTNER_SECRET,
  postToken,
  SERVICE,
  START_MS,
  startTestMicrosoft,
  tenantOf,
} from './simulator-identity-kit.ts';

const DAY_MS = 86_400_000;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface TestCertificate {
  pem: string;
  key: KeyObject;
  sha256: string;
  sha1: string;
}

let running: RunningMicrosoft;
let adatum: string;
let good: TestCertificate;
let ended: TestCertificate;
let unregistered: TestCertificate;

beforeAll(async () => {
  good = await makeCertificate(START_MS - DAY_MS, START_MS + 400 * DAY_MS);
  ended = await makeCertificate(START_MS - 30 * DAY_MS, START_MS - DAY_MS);
  unregistered = await makeCertificate(START_MS - DAY_MS, START_MS + 400 * DAY_MS);
  running = await startTestMicrosoft({
    preconsented: true,
    customerApp: {
      redirectUris: [CUSTOMER_REDIRECT],
      secrets: [
        { value: CUSTOMER_SECRET, expiresMs: START_MS + 400 * DAY_MS },
        { value: 'old secret', expiresMs: START_MS },
      ],
      certificates: [good, ended].map(({ pem, sha256 }) => ({
        pem,
        thumbprint: sha256,
        expiresMs: START_MS + 400 * DAY_MS,
      })),
    },
  });
  adatum = tenantOf(running, 'adatum.example').id;
});
afterAll(() => running.close());

async function makeCertificate(fromMs: number, untilMs: number): Promise<TestCertificate> {
  const made = await selfsigned.generate([{ name: 'commonName', value: 'test' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(fromMs),
    notAfterDate: new Date(untilMs),
  });
  const x509 = new X509Certificate(made.cert);
  const base64url = (hex: string) => Buffer.from(hex.replaceAll(':', ''), 'hex').toString('base64url');
  return {
    pem: made.cert,
    key: createPrivateKey(made.private),
    sha256: base64url(x509.fingerprint256),
    sha1: base64url(x509.fingerprint),
  };
}

interface AssertionChanges {
  certificate?: TestCertificate;
  key?: KeyObject;
  header?: Record<string, string>;
  alg?: 'PS256' | 'RS256';
  claims?: Record<string, unknown>;
}

function assertion(changes: AssertionChanges = {}): Promise<string> {
  const certificate = changes.certificate ?? good;
  const now = Math.floor(running.clock.now() / 1000);
  const claims = {
    aud: `${running.origins.login}/${adatum}/oauth2/v2.0/token`,
    iss: CUSTOMER_APP_ID,
    sub: CUSTOMER_APP_ID,
    jti: randomUUID(),
    nbf: now,
    iat: now,
    exp: now + 600,
    ...changes.claims,
  };
  const header = changes.header ?? { 'x5t#S256': certificate.sha256 };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: changes.alg ?? 'PS256', typ: 'JWT', ...header })
    .sign(changes.key ?? certificate.key);
}

function byAssertion(value: string) {
  return appToken(running, adatum, {
    client_secret: null,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: value,
  });
}

describe('client credentials by secret', () => {
  test('give an app-only token of the tenant, with its roles', async () => {
    const { body } = await appToken(running, adatum);
    expect(verifyAccessToken(running.context, `Bearer ${body['access_token']}`, GRAPH_AUDIENCE)).toMatchObject({
      kind: 'application',
      tenantId: adatum,
      appId: CUSTOMER_APP_ID,
      scopes: [],
    });
    const elsewhere = verifyAccessToken(running.context, `Bearer ${body['access_token']}`, PARTNER_CENTER_AUDIENCE);
    expect(elsewhere).toMatchObject({ problem: 'wrongAudience' });
  });

  test('the resource goes by its public name or its id, not by where the stand-in listens', async () => {
    const byId = await appToken(running, adatum, { scope: '00000003-0000-0000-c000-000000000000/.default' });
    expect(byId.status).toBe(200);
    const byOrigin = await appToken(running, adatum, { scope: `${running.origins.graph}/.default` });
    expect(byOrigin).toMatchObject({ status: 400, body: { error_codes: [500011] } });
  });

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 7000215],
    ['an expired secret', { client_secret: 'old secret' }, 401, 7000222],
    ['no proof', { client_secret: null }, 401, 7000218],
    ['a scope that is not .default', { scope: 'https://graph.microsoft.com/User.Read.All' }, 400, 1002012],
    ['two scopes', { scope: 'https://graph.microsoft.com/.default openid' }, 400, 1002012],
    ['an unknown resource', { scope: 'https://vault.example/.default' }, 400, 500011],
    ['an unknown app', { client_id: randomUUID() }, 400, 700016],
  ])('%s', async (_case, more: Record<string, string | null>, status, code) => {
    expect(await appToken(running, adatum, more)).toMatchObject({ status, code });
  });

  test('the tenant must be named and exist', async () => {
    expect((await appToken(running, 'common')).code).toBe(9001023);
    expect((await appToken(running, 'organizations')).code).toBe(9001023);
    expect((await appToken(running, randomUUID())).code).toBe(90002);
  });

  test('a disabled app is told so, a deleted tenant is not found', async () => {
    const tenant = tenantOf(running, 'fabrikam.example');
    const principal = tenant.servicePrincipals.get(CUSTOMER_APP_ID);
    if (principal) principal.accountEnabled = false;
    expect((await appToken(running, tenant.id)).code).toBe(7000112);
    tenant.deleted = true;
    expect((await appToken(running, tenant.id)).code).toBe(90002);
  });
});

describe('client credentials by certificate', () => {
  test.each([
    ['PS256 with x5t#S256', () => ({})],
    ['RS256 with x5t', () => ({ alg: 'RS256' as const, header: { x5t: good.sha1 } })],
    [
      'an audience that names the same endpoint over https',
      () => ({
        claims: { aud: `https://127.0.0.1:${new URL(running.origins.login).port}/${adatum}/oauth2/v2.0/token` },
      }),
    ],
  ])('%s is accepted', async (_case, changes: () => AssertionChanges) => {
    const { status, body } = await byAssertion(await assertion(changes()));
    expect(body['error_description']).toBeUndefined();
    expect(status).toBe(200);
  });

  test.each<[string, () => AssertionChanges, number]>([
    ['a certificate that is not registered', () => ({ certificate: unregistered }), 700027],
    ['a signature by another key', () => ({ key: unregistered.key }), 700027],
    ['a certificate past its end', () => ({ certificate: ended }), 1000502],
    ['another audience', () => ({ claims: { aud: 'https://login.microsoftonline.com/x/oauth2/v2.0/token' } }), 700023],
    [
      'another tenant’s audience',
      () => ({ claims: { aud: `${running.origins.login}/${randomUUID()}/oauth2/v2.0/token` } }),
      700023,
    ],
    ['another issuer', () => ({ claims: { iss: PARTNER_APP_ID } }), 700021],
    ['another subject', () => ({ claims: { sub: PARTNER_APP_ID } }), 700021],
    ['an assertion past its end', () => ({ claims: { exp: START_MS / 1000 - 3600 } }), 700024],
    ['an assertion of the future', () => ({ claims: { nbf: START_MS / 1000 + 3600 } }), 700024],
  ])('%s is refused', async (_case, changes, code) => {
    expect(await byAssertion(await assertion(changes()))).toMatchObject({
      status: 401,
      code,
      body: { error: 'invalid_client' },
    });
  });

  test('an assertion works once', async () => {
    const value = await assertion();
    expect((await byAssertion(value)).status).toBe(200);
    expect((await byAssertion(value)).code).toBe(5002723);
  });

  test('what is no JWT is refused', async () => {
    expect((await byAssertion('not.a.jwt')).code).toBe(5002723);
  });
});

describe('refresh tokens', () => {
  const refresh = (token: unknown, tenant = 'organizations', more: Record<string, string | null> = {}) =>
    postToken(running, tenant, {
      grant_type: 'refresh_token',
      client_id: PARTNER_APP_ID,
      client_secret: PARTNER_SECRET,
      refresh_token: String(token),
      ...more,
    });
  const partnerCenter = { scope: 'https://api.partnercenter.microsoft.com/user_impersonation' };

  test('rotate, for any resource, and keep the MFA of the sign-in', async () => {
    const { body } = await connectPartner(running);
    const next = await refresh(body['refresh_token'], 'organizations', partnerCenter);
    expect(next.body['refresh_token']).not.toBe(body['refresh_token']);
    const claims = verifyAccessToken(running.context, `Bearer ${next.body['access_token']}`, PARTNER_CENTER_AUDIENCE);
    expect(claims).toMatchObject({ mfa: true, scopes: ['user_impersonation'] });
    // Using a refresh token does not end it.
    expect((await refresh(body['refresh_token'])).status).toBe(200);
  });

  test('are bound to their app, and end when revoked or unused for 90 days', async () => {
    const { body } = await connectPartner(running);
    const other = { client_id: CUSTOMER_APP_ID, client_secret: CUSTOMER_SECRET };
    expect((await refresh(body['refresh_token'], 'organizations', other)).code).toBe(70000);
    running.clock.advance(89 * DAY_MS);
    const kept = await refresh(body['refresh_token']);
    running.clock.advance(89 * DAY_MS);
    const again = await refresh(kept.body['refresh_token']);
    expect(again.status).toBe(200);
    running.clock.advance(90 * DAY_MS + 1000);
    expect((await refresh(again.body['refresh_token'])).code).toBe(700082);
    const fresh = await connectPartner(running);
    for (const token of running.world.refreshTokens.values()) token.revoked = true;
    expect((await refresh(fresh.body['refresh_token'])).code).toBe(50173);
  });

  test('end with their user', async () => {
    const { body } = await connectPartner(running, 'svc-tenantry@southridge.example');
    const southridge = tenantOf(running, 'southridge.example');
    const user = [...southridge.users.values()].find(({ displayName }) => displayName === 'Tenantry Service');
    if (user) user.accountEnabled = false;
    expect((await refresh(body['refresh_token'])).code).toBe(50057);
  });

  test('redeem at a customer’s tenant through GDAP, once the app is authorized there', async () => {
    // A clock of its own: the tests above moved the other past the relationships' end.
    const other = await startTestMicrosoft();
    try {
      const { body } = await connectPartner(other);
      const at = (domain: string) =>
        postToken(other, tenantOf(other, domain).id, {
          grant_type: 'refresh_token',
          client_id: PARTNER_APP_ID,
          client_secret: PARTNER_SECRET,
          refresh_token: String(body['refresh_token']),
          scope: 'https://graph.microsoft.com/Directory.Read.All',
        });
      expect((await at('cohowinery.example')).code).toBe(50020);
      expect((await at('fabrikam.example')).code).toBe(90099);
      const browser = makeBrowser();
      const url = adminConsentUrl(other, 'fabrikam.example', {
        client_id: PARTNER_APP_ID,
        redirect_uri: 'http://127.0.0.1:7071/auth/callback',
        scope: 'https://graph.microsoft.com/User.Read',
      });
      await browser.signIn(url, SERVICE);
      await browser.consent(url, SERVICE);
      other.clock.advance(3000);
      expect((await at('fabrikam.example')).code).toBe(65001);
      const principal = tenantOf(other, 'fabrikam.example').servicePrincipals.get(PARTNER_APP_ID);
      principal?.delegatedGrants[0]?.scopes.push('Directory.Read.All');
      const granted = await at('fabrikam.example');
      expect(verifyAccessToken(other.context, `Bearer ${granted.body['access_token']}`, GRAPH_AUDIENCE)).toMatchObject({
        tenantId: tenantOf(other, 'fabrikam.example').id,
        homeTenantId: tenantOf(other, 'northwindpartners.example').id,
        kind: 'delegated',
      });
    } finally {
      await other.close();
    }
  });
});
