// The simulated identity platform: admin consent, who may grant it, and how a grant takes effect.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningMicrosoft } from '../../infra/local/microsoft/start.ts';
import { GRAPH_AUDIENCE, verifyAccessToken } from '../../infra/local/microsoft/tokens.ts';
import {
  adminConsentUrl,
  appToken,
  CUSTOMER_APP_ID,
  CUSTOMER_REDIRECT,
  LONE_ADMIN,
  makeBrowser,
  ORDINARY,
  SERVICE,
  SOUTHRIDGE_USER,
  startTestMicrosoft,
  tenantOf,
} from './simulator-identity-kit.ts';

const ALL_ROLES = [
  'AuditLog.Read.All',
  'GroupMember.Read.All',
  'LicenseAssignment.Read.All',
  'Organization.Read.All',
  'User.Read.All',
];
const DELEGATED_ONLY = 'https://graph.microsoft.com/User.Read openid';
const SOUTHRIDGE_SERVICE = 'svc-tenantry@southridge.example';

let running: RunningMicrosoft;

beforeEach(async () => {
  running = await startTestMicrosoft();
});
afterEach(() => running.close());

/** Signs in and accepts; gives the page or redirect where that ends. */
async function consentAs(
  upn: string,
  domain: string,
  more: Record<string, string | null> = {},
  version: 'v1' | 'v2' = 'v2',
) {
  const browser = makeBrowser();
  const url = adminConsentUrl(running, tenantOf(running, domain).id, more, version);
  const shown = await browser.signIn(url, upn);
  return shown.text.includes('Permissions requested') ? browser.consent(url, upn) : shown;
}

function rolesIn(accessToken: unknown): string[] {
  const claims = verifyAccessToken(running.context, `Bearer ${accessToken}`, GRAPH_AUDIENCE);
  return 'roles' in claims ? claims.roles.toSorted() : [claims.problem];
}

function ordinaryUserOf(domain: string): string {
  const users = [...tenantOf(running, domain).users.values()];
  return (
    users.find(({ directoryRoles, userType }) => directoryRoles.length === 0 && userType === 'Member')
      ?.userPrincipalName ?? ''
  );
}

describe('who may consent for an organisation', () => {
  test.each([
    ['its own Global Administrator', 'admin@fabrikam.example', 'fabrikam.example', {}, 'granted'],
    ['a partner’s account through GDAP', SERVICE, 'fabrikam.example', {}, 'granted'],
    ['a partner’s account while GDAP is about to end', SERVICE, 'contosobakery.example', {}, 'granted'],
    ['a partner’s account whose roles come by two relationships', SERVICE, 'tailspintoys.example', {}, 'granted'],
    ['a second partner of the same customer', SOUTHRIDGE_SERVICE, 'adatum.example', {}, 'granted'],
    ['a partner without relationship', SOUTHRIDGE_SERVICE, 'fabrikam.example', {}, 'AADSTS50020'],
    ['a partner’s administrator outside the GDAP groups', LONE_ADMIN, 'fabrikam.example', {}, 'AADSTS50020'],
    ['a partner’s ordinary user', ORDINARY, 'fabrikam.example', {}, 'AADSTS50020'],
    ['a partner whose request is not approved', SERVICE, 'litwarelegal.example', {}, 'AADSTS50020'],
    ['a partner whose relationship expired', SERVICE, 'woodgrovebank.example', {}, 'AADSTS50020'],
    ['a partner’s account in no assigned group', SERVICE, 'margiestravel.example', {}, 'AADSTS50020'],
    ['a partner who only resells', SERVICE, 'cohowinery.example', {}, 'AADSTS50020'],
    ['an Application Administrator, application permissions', SERVICE, 'wingtipgardens.example', {}, 'AADSTS90094'],
    [
      'an Application Administrator, delegated only',
      SERVICE,
      'wingtipgardens.example',
      { scope: DELEGATED_ONLY },
      'granted',
    ],
    ['the other tenant’s Global Administrator', 'admin@adatum.example', 'fabrikam.example', {}, 'AADSTS50020'],
  ])('%s', async (_case, upn, domain, more: Record<string, string | null>, outcome) => {
    const shown = await consentAs(upn, domain, more);
    const installed = tenantOf(running, domain).servicePrincipals.has(CUSTOMER_APP_ID);
    expect(installed).toBe(outcome === 'granted');
    if (outcome === 'granted') expect(shown.location?.searchParams.has('error')).toBe(false);
    else expect(shown.text).toContain(outcome);
  });

  test('an ordinary user of the customer is told that an admin is needed, and goes back with an error', async () => {
    const browser = makeBrowser();
    const url = adminConsentUrl(running, 'fabrikam.example');
    const shown = await browser.signIn(url, ordinaryUserOf('fabrikam.example'));
    expect(shown.text).toContain('Need admin approval');
    const { location } = await browser.post(url, { step: 'return' });
    expect(location?.searchParams.get('error')).toBe('access_denied');
    expect(location?.searchParams.get('admin_consent')).toBe('True');
  });

  test('a partner’s user who is also a guest of the tenant counts as the guest', async () => {
    const southridge = tenantOf(running, 'southridge.example');
    const operators = [...southridge.groups.values()].find(({ displayName }) => displayName === 'GDAP Tenantry');
    const user = [...southridge.users.values()].find(({ userPrincipalName }) => userPrincipalName === SOUTHRIDGE_USER);
    operators?.memberIds.push(user?.id ?? '');
    const shown = await consentAs(SOUTHRIDGE_USER, 'northwindpartners.example');
    expect(shown.text).toContain('AADSTS90094');
    expect((await consentAs(SOUTHRIDGE_USER, 'adatum.example')).location?.searchParams.has('error')).toBe(false);
  });
});

describe('the page and the way back', () => {
  test('lists what is asked for, in words, with app, publisher and organisation', async () => {
    const url = adminConsentUrl(running, 'fabrikam.example');
    const { text } = await makeBrowser().signIn(url, 'admin@fabrikam.example');
    for (const words of [
      'Read organisation information',
      'User.Read.All',
      'without a signed-in user',
      'Published by Tenantry',
      'Fabrikam',
    ]) {
      expect(text).toContain(words);
    }
  });

  test('v2 success: admin_consent, tenant, scope, state; query parameters of the address stay', async () => {
    const { location } = await consentAs('admin@fabrikam.example', 'fabrikam.example');
    expect(location?.href.startsWith(CUSTOMER_REDIRECT)).toBe(true);
    expect([...(location?.searchParams ?? [])]).toEqual([
      ['from', 'microsoft'],
      ['admin_consent', 'True'],
      ['tenant', tenantOf(running, 'fabrikam.example').id],
      ['scope', 'https://graph.microsoft.com/.default'],
      ['state', 'the state'],
    ]);
  });

  test('v1 success: tenant, state, admin_consent', async () => {
    const { location } = await consentAs('admin@fabrikam.example', 'fabrikam.example', {}, 'v1');
    expect([...(location?.searchParams.keys() ?? [])]).toEqual(['from', 'tenant', 'state', 'admin_consent']);
    const roles = tenantOf(running, 'fabrikam.example').servicePrincipals.get(CUSTOMER_APP_ID)?.appRoles;
    expect(roles?.map(({ role }) => role).toSorted()).toEqual(ALL_ROLES);
  });

  test('cancelling: v2 says admin_consent=True beside the error, v1 does not', async () => {
    for (const version of ['v2', 'v1'] as const) {
      const browser = makeBrowser();
      const url = adminConsentUrl(running, 'fabrikam.example', {}, version);
      await browser.signIn(url, 'admin@fabrikam.example');
      const { location } = await browser.consent(url, 'admin@fabrikam.example', { answer: 'cancel' });
      expect(location?.searchParams.get('error')).toBe('access_denied');
      expect(location?.searchParams.get('error_subcode')).toBe('cancel');
      expect(location?.searchParams.get('error_description')).toContain('AADSTS65004');
      expect(location?.searchParams.get('admin_consent')).toBe(version === 'v2' ? 'True' : null);
      expect(location?.searchParams.get('state')).toBe('the state');
    }
    expect(tenantOf(running, 'fabrikam.example').servicePrincipals.size).toBe(0);
  });

  test.each([
    ['an unregistered redirect address', { redirect_uri: 'http://127.0.0.1:7071/consent/callback' }, 50011],
    ['an unknown app', { client_id: '11111111-1111-1111-1111-111111111111' }, 700016],
  ])('%s stays on a page', async (_case, more, code) => {
    const shown = await makeBrowser().open(adminConsentUrl(running, 'organizations', more));
    expect(shown.location).toBeNull();
    expect(shown.text).toContain(`AADSTS${code}:`);
  });

  test('v2 wants a scope', async () => {
    const { location } = await makeBrowser().open(adminConsentUrl(running, 'organizations', { scope: null }));
    expect(location?.searchParams.get('error_description')).toContain('AADSTS900144');
  });

  test('a GET never grants, even for a browser that is signed in', async () => {
    const browser = makeBrowser();
    const url = adminConsentUrl(running, 'fabrikam.example');
    await browser.signIn(url, 'admin@fabrikam.example');
    const again = await browser.open(url);
    expect(again.text).toContain('Permissions requested');
    expect(tenantOf(running, 'fabrikam.example').servicePrincipals.size).toBe(0);
  });
});

describe('how a grant takes effect', () => {
  test('the service principal is missing until the propagation delay is over', async () => {
    const tenant = tenantOf(running, 'fabrikam.example').id;
    await consentAs('admin@fabrikam.example', 'fabrikam.example');
    const early = await appToken(running, tenant);
    expect(early).toMatchObject({ status: 401, code: 7000229, body: { error: 'invalid_client' } });
    running.clock.advance(3000);
    const { status, body } = await appToken(running, tenant);
    expect(status).toBe(200);
    expect(rolesIn(body['access_token'])).toEqual(ALL_ROLES);
    expect(body).not.toHaveProperty('refresh_token');
  });

  test('roles may come later than the service principal; an older token keeps lacking them until it ends', async () => {
    running.context.settings.rolePropagationDelayMs = 60_000;
    const tenant = tenantOf(running, 'fabrikam.example').id;
    await consentAs('admin@fabrikam.example', 'fabrikam.example');
    running.clock.advance(3000);
    const old = (await appToken(running, tenant)).body['access_token'];
    running.clock.advance(60_000);
    expect(rolesIn(old)).toEqual([]);
    expect(rolesIn((await appToken(running, tenant)).body['access_token'])).toEqual(ALL_ROLES);
    running.clock.advance(91 * 60_000);
    expect(rolesIn(old)).toEqual(['expired']);
  });

  test('a token keeps its roles after the app was removed, and no new one is given', async () => {
    const tenant = tenantOf(running, 'fabrikam.example');
    await consentAs('admin@fabrikam.example', 'fabrikam.example');
    running.clock.advance(3000);
    const token = (await appToken(running, tenant.id)).body['access_token'];
    tenant.servicePrincipals.delete(CUSTOMER_APP_ID);
    expect(rolesIn(token)).toEqual(ALL_ROLES);
    expect((await appToken(running, tenant.id)).code).toBe(7000229);
  });

  test('when told to misbehave, a grant never takes effect', async () => {
    running.context.settings.neverPropagate = true;
    await consentAs('admin@fabrikam.example', 'fabrikam.example');
    running.clock.advance(30 * 86_400_000);
    expect((await appToken(running, tenantOf(running, 'fabrikam.example').id)).code).toBe(7000229);
  });
});
