// The simulated identity platform: authorize, the sign-in pages, user consent, and the code's redemption.
import { X509Certificate } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningMicrosoft } from '../../infra/local/microsoft/start.ts';
import { GRAPH_AUDIENCE, verifyAccessToken } from '../../infra/local/microsoft/tokens.ts';
import { PERSONAL_TENANT_ID } from '../../infra/local/microsoft/world.ts';
import {
  authorizeUrl,
  connectPartner,
  makeBrowser,
  NO_MFA,
  ORDINARY,
  PARTNER_APP_ID,
  PARTNER_REDIRECT,
  PARTNER_SECRET,
  PERSONAL,
  postToken,
  redeem,
  SERVICE,
  SOUTHRIDGE_USER,
  START_MS,
  startTestMicrosoft,
  tenantOf,
} from './simulator-identity-kit.ts';

let running: RunningMicrosoft;
let northwind: string;

beforeAll(async () => {
  running = await startTestMicrosoft();
  northwind = tenantOf(running, 'northwindpartners.example').id;
});
afterAll(() => running.close());

/** Signs in with an account of a fresh browser and accepts what a user may accept. */
async function codeFor(upn: string, tenant: string, more: Record<string, string | null> = {}) {
  const browser = makeBrowser();
  const url = authorizeUrl(running, tenant, more);
  let shown = await browser.signIn(url, upn);
  if (!shown.location) shown = await browser.consent(url, upn);
  return shown.location?.searchParams.get('code') ?? null;
}

describe('metadata', () => {
  test('the shared endpoints name the issuer by a template, a tenant by its id', async () => {
    const read = async (tenant: string) =>
      (await fetch(`${running.origins.login}/${tenant}/v2.0/.well-known/openid-configuration`)).json();
    expect(await read('organizations')).toMatchObject({
      issuer: `${running.origins.login}/{tenantid}/v2.0`,
      token_endpoint: `${running.origins.login}/organizations/oauth2/v2.0/token`,
    });
    expect(await read('northwindpartners.example')).toMatchObject({
      issuer: `${running.origins.login}/${northwind}/v2.0`,
    });
    expect(await read('nobody.example')).toMatchObject({ error_codes: [90002] });
  });

  test('the keys say whose tokens they sign', async () => {
    const url = `${running.origins.login}/common/discovery/v2.0/keys`;
    const { keys } = JSON.parse(await (await fetch(url)).text());
    expect(keys.map((key: { issuer: string }) => key.issuer)).toEqual([
      `${running.origins.login}/{tenantid}/v2.0`,
      `${running.origins.login}/${PERSONAL_TENANT_ID}/v2.0`,
    ]);
  });

  test('each key comes with its certificate, whose thumbprint is its id', async () => {
    const url = `${running.origins.login}/common/discovery/v2.0/keys`;
    const { keys } = JSON.parse(await (await fetch(url)).text());
    for (const { kid, x5t, x5c, n } of keys) {
      const certificate = new X509Certificate(Buffer.from(x5c[0], 'base64'));
      expect(Buffer.from(x5t, 'base64url').toString('hex')).toBe(
        certificate.fingerprint.replaceAll(':', '').toLowerCase(),
      );
      expect([kid, n]).toEqual([x5t, certificate.publicKey.export({ format: 'jwk' }).n]);
    }
  });
});

describe('what is refused before sign-in', () => {
  test.each([
    ['an unknown tenant', 'nobody.example', {}, 90002],
    ['an unknown app', 'organizations', { client_id: '11111111-1111-1111-1111-111111111111' }, 700016],
    ['no app', 'organizations', { client_id: null }, 900144],
    [
      'a redirect address that only begins like a registered one',
      'organizations',
      { redirect_uri: `${PARTNER_REDIRECT}/x` },
      50011,
    ],
    ['no redirect address', 'organizations', { redirect_uri: null }, 900971],
  ])('%s is told on a page, never by a redirect', async (_case, tenant, more: Record<string, string | null>, code) => {
    const shown = await makeBrowser().open(authorizeUrl(running, tenant, more));
    expect(shown.location).toBeNull();
    expect(shown.text).toContain(`AADSTS${code}:`);
  });

  test.each([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a fragment answer', { response_mode: 'fragment' }, 'unsupported_response_type'],
    ['no scope', { scope: null }, 'invalid_request'],
    ['.default beside other scopes', { scope: 'https://graph.microsoft.com/.default User.Read' }, 'invalid_scope'],
    ['an unknown resource', { scope: 'https://vault.example/.default' }, 'invalid_resource'],
    ['nobody signed in, silently', { prompt: 'none' }, 'login_required'],
  ])('%s goes back to the app with the state', async (_case, more: Record<string, string | null>, error) => {
    const { location } = await makeBrowser().open(authorizeUrl(running, 'organizations', more));
    expect(location?.href.startsWith(PARTNER_REDIRECT)).toBe(true);
    expect(location?.searchParams.get('error')).toBe(error);
    expect(location?.searchParams.get('state')).toBe('the state');
  });
});

describe('signing in', () => {
  test('the page offers the accounts with tenant and role, and escapes what is typed', async () => {
    const browser = makeBrowser();
    const url = authorizeUrl(running, 'organizations');
    const page = await browser.open(url);
    expect(page.text).toContain('Tenantry Service');
    expect(page.text).toContain('Northwind Partners · Global Administrator');
    const wrong = await browser.post(url, { step: 'pick', account: '"><script>alert(1)</script>' });
    expect(wrong.text).toContain('AADSTS50034');
    expect(wrong.html).not.toContain('<script>alert');
  });

  test('an account with MFA must approve; the next sign-in of the browser is silent', async () => {
    const browser = makeBrowser();
    const url = authorizeUrl(running, northwind);
    await browser.open(url);
    const step = await browser.post(url, { step: 'pick', account: SERVICE });
    expect(step.text).toContain('Approve sign in request');
    expect(browser.cookies.size).toBe(0);
    const consent = await browser.post(url, { step: 'approve', account: SERVICE });
    expect(consent.text).toContain('Consent on behalf of your organisation');
    const back = await browser.consent(url, SERVICE);
    expect(back.location?.searchParams.get('code')).toBeTruthy();
    const silent = await browser.open(authorizeUrl(running, northwind, { prompt: 'none' }));
    expect(silent.location?.searchParams.get('code')).toBeTruthy();
    const again = await browser.open(authorizeUrl(running, northwind, { prompt: 'select_account' }));
    expect(again.text).toContain('Pick an account');
  });

  test('cancelling says access_denied', async () => {
    const url = authorizeUrl(running, 'organizations');
    const { location } = await makeBrowser().post(url, { step: 'cancel' });
    expect(location?.searchParams.get('error')).toBe('access_denied');
    expect(location?.searchParams.get('error_subcode')).toBe('cancel');
    expect(location?.searchParams.get('error_description')).toMatch(/^AADSTS65004: .*\r\nTrace ID: /);
  });

  test('an account of another tenant is refused on a page, and may be changed', async () => {
    const browser = makeBrowser();
    const adatum = tenantOf(running, 'adatum.example').id;
    const shown = await browser.signIn(authorizeUrl(running, adatum), ORDINARY);
    expect(shown.text).toContain('AADSTS50020');
    expect(shown.location).toBeNull();
    const other = await browser.post(authorizeUrl(running, adatum), { step: 'switch' });
    expect(other.text).toContain('Pick an account');
  });

  test('a guest signs in with the home account and is known by the guest object', async () => {
    const code = await codeFor(SOUTHRIDGE_USER, northwind, { scope: 'openid profile' });
    // Guests may not consent for themselves here.
    expect(code).toBeNull();
    await connectPartner(running);
    const consented = await codeFor(SOUTHRIDGE_USER, northwind, { scope: 'openid profile' });
    const claims = decodeJwt(String((await redeem(running, northwind, consented)).body['id_token']));
    const southridge = tenantOf(running, 'southridge.example').id;
    expect(claims).toMatchObject({ tid: northwind, idp: `https://sts.windows.net/${southridge}/`, wids: [] });
    expect(running.world.tenants.get(northwind)?.users.get(String(claims['oid']))?.userType).toBe('Guest');
  });

  test('a personal account gets through on common, so that the app can refuse it, and not on organizations', async () => {
    const code = await codeFor(PERSONAL, 'common', { scope: 'openid profile' });
    const { body } = await redeem(running, 'common', code);
    expect(decodeJwt(String(body['id_token']))['tid']).toBe(PERSONAL_TENANT_ID);
    const refused = await makeBrowser().signIn(authorizeUrl(running, 'organizations'), PERSONAL);
    expect(refused.text).toContain('AADSTS50020');
  });

  test('form_post answers by a form to the app', async () => {
    const browser = makeBrowser();
    const url = authorizeUrl(running, northwind, { response_mode: 'form_post', scope: 'openid' });
    const shown = await browser.signIn(url, SERVICE);
    expect(shown.location).toBeNull();
    expect(shown.html).toContain(`action="${PARTNER_REDIRECT}"`);
    expect(shown.html).toMatch(/name="code" value="0\./);
  });
});

describe('user consent', () => {
  test('a user may not grant what needs an administrator, and goes back without', async () => {
    const southridge = tenantOf(running, 'southridge.example').id;
    const browser = makeBrowser();
    const url = authorizeUrl(running, southridge, { scope: 'openid https://graph.microsoft.com/Directory.Read.All' });
    const shown = await browser.signIn(url, SOUTHRIDGE_USER);
    expect(shown.text).toContain('Need admin approval');
    const back = await browser.post(url, { step: 'return' });
    expect(back.location?.searchParams.get('error_description')).toContain('AADSTS90094');
    // Posting the consent form all the same changes nothing.
    const forced = await browser.consent(url, SOUTHRIDGE_USER, { organisation: 'yes' });
    expect(forced.text).toContain('Need admin approval');
  });

  test('a user’s own consent holds for that user alone, an administrator’s tick for everybody', async () => {
    const lucerne = tenantOf(running, 'lucernemanaged.example').id;
    const admin = 'admin@lucernemanaged.example';
    const browser = makeBrowser();
    const url = authorizeUrl(running, lucerne);
    await browser.signIn(url, admin);
    await browser.consent(url, admin);
    const grants = running.world.tenants.get(lucerne)?.servicePrincipals.get(PARTNER_APP_ID)?.delegatedGrants;
    expect(grants?.map(({ consentType }) => consentType)).toEqual(['Principal']);
    await browser.consent(authorizeUrl(running, lucerne, { prompt: 'consent' }), admin, { organisation: 'yes' });
    expect(grants?.map(({ consentType }) => consentType)).toContain('AllPrincipals');
  });

  test('.default asks for the whole manifest at first, and later is content with what was granted', async () => {
    const other = await startTestMicrosoft();
    try {
      const browser = makeBrowser();
      const scope = 'openid offline_access https://graph.microsoft.com/.default';
      const url = authorizeUrl(other, 'organizations', { scope });
      const page = await browser.signIn(url, SERVICE);
      for (const name of ['DelegatedAdminRelationship.ReadWrite.All', 'user_impersonation'])
        expect(page.text).toContain(name);
      expect((await browser.consent(url, SERVICE)).location?.searchParams.has('code')).toBe(true);

      const late = authorizeUrl(other, 'organizations', { scope: 'openid profile' });
      const second = makeBrowser();
      await second.signIn(late, NO_MFA);
      await second.consent(late, NO_MFA);
      // Nothing of Partner Center but something of Graph was granted to this user.
      const silent = await second.signIn(url, NO_MFA);
      expect(silent.location?.searchParams.has('code')).toBe(true);
      const { body } = await redeem(other, 'organizations', silent.location?.searchParams.get('code') ?? null);
      const partnerCenter = { scope: 'https://api.partnercenter.microsoft.com/.default' };
      const refused = await postToken(other, 'organizations', {
        grant_type: 'refresh_token',
        client_id: PARTNER_APP_ID,
        client_secret: PARTNER_SECRET,
        refresh_token: String(body['refresh_token']),
        ...partnerCenter,
      });
      expect(refused.code).toBe(65001);
    } finally {
      await other.close();
    }
  });

  test('prompt=none without consent says consent_required', async () => {
    const browser = makeBrowser();
    await browser.signIn(authorizeUrl(running, northwind), NO_MFA);
    const scope = 'https://graph.microsoft.com/Application.Read.All';
    const { location } = await browser.open(authorizeUrl(running, northwind, { prompt: 'none', scope }));
    expect(location?.searchParams.get('error')).toBe('consent_required');
    expect(location?.searchParams.get('error_description')).toContain('AADSTS65001');
  });
});

describe('the code', () => {
  test('gives tokens that verify by the published keys; the id_token has no amr', async () => {
    const { status, body } = await connectPartner(running);
    expect(status).toBe(200);
    const keys = createRemoteJWKSet(new URL(`${running.origins.login}/common/discovery/v2.0/keys`));
    const { payload } = await jwtVerify(String(body['id_token']), keys, {
      issuer: `${running.origins.login}/${northwind}/v2.0`,
      audience: PARTNER_APP_ID,
      currentDate: new Date(START_MS),
    });
    expect(payload).toMatchObject({ tid: northwind, nonce: 'the nonce', ver: '2.0', preferred_username: SERVICE });
    expect(payload['wids']).toContain('62e90394-69f5-4237-9190-012177145e10');
    expect(payload).not.toHaveProperty('amr');
    const claims = verifyAccessToken(running.context, `Bearer ${body['access_token']}`, GRAPH_AUDIENCE);
    expect(claims).toMatchObject({ kind: 'delegated', tenantId: northwind, mfa: true, roles: [] });
    expect('scopes' in claims && claims.scopes).toContain('Directory.Read.All');
    expect(Number(body['expires_in'])).toBeGreaterThanOrEqual(3600);
    expect(Number(body['expires_in'])).toBeLessThan(5400);
  });

  test('a sign-in without MFA carries no mfa', async () => {
    const { body } = await connectPartner(running, NO_MFA);
    expect(verifyAccessToken(running.context, `Bearer ${body['access_token']}`, GRAPH_AUDIENCE)).toMatchObject({
      mfa: false,
    });
  });

  test.each([
    ['a wrong verifier', { code_verifier: 'x'.repeat(43) }, 501481],
    ['no verifier', { code_verifier: null }, 501481],
    ['another redirect address', { redirect_uri: `${PARTNER_REDIRECT}/` }, 500112],
    ['a wrong secret', { client_secret: 'wrong' }, 7000215],
    ['an expired secret', { client_secret: 'expired-secret' }, 7000222],
    ['no secret', { client_secret: null }, 7000218],
    ['two resources', { scope: 'User.Read https://api.partnercenter.microsoft.com/user_impersonation' }, 28000],
    ['a code that nobody issued', { code: 'made-up' }, 70000],
    ['another grant type', { grant_type: 'password' }, 70003],
  ])('%s is refused and does not use the code up', async (_case, more: Record<string, string | null>, code) => {
    const issued = await codeFor(SERVICE, northwind);
    expect((await redeem(running, northwind, issued, more)).code).toBe(code);
    expect((await redeem(running, northwind, issued)).status).toBe(200);
  });

  test('works once, at its own tenant, for ten minutes', async () => {
    const issued = await codeFor(SERVICE, northwind);
    expect((await redeem(running, tenantOf(running, 'adatum.example').id, issued)).code).toBe(700005);
    expect((await redeem(running, northwind, issued)).code).toBe(0);
    expect((await redeem(running, northwind, issued)).code).toBe(54005);
    const late = await codeFor(SERVICE, northwind);
    running.clock.advance(10 * 60_000);
    const refused = await redeem(running, northwind, late);
    expect(refused).toMatchObject({ status: 400, code: 70008, body: { error: 'invalid_grant' } });
    expect(refused.body['error_description']).toMatch(
      /^AADSTS70008: .*\r\nTrace ID: [0-9a-f-]{36}\r\nCorrelation ID: [0-9a-f-]{36}\r\nTimestamp: 2026-11-01 09:10:00Z$/,
    );
  });

  test('needs no PKCE when the request had none, and refuses a verifier out of nowhere', async () => {
    const without = { code_challenge: null, code_challenge_method: null };
    const first = await codeFor(SERVICE, northwind, without);
    expect((await redeem(running, northwind, first)).code).toBe(501481);
    expect((await redeem(running, northwind, first, { code_verifier: null })).status).toBe(200);
  });
});

test('an app of one tenant only is refused elsewhere', async () => {
  const single = await startTestMicrosoft({ partnerApp: { redirectUris: [PARTNER_REDIRECT], multiTenant: false } });
  try {
    const common = await makeBrowser().open(authorizeUrl(single, 'common'));
    expect(common.text).toContain('AADSTS50194');
    const tenant = tenantOf(single, 'northwindpartners.example').id;
    const other = await makeBrowser().open(authorizeUrl(single, tenant));
    expect(other.text).toContain('AADSTS700016');
  } finally {
    await single.close();
  }
});
