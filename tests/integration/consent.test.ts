// Consent over the simulated Microsoft: the customer's way, what is refused on it, and what keeps a grant standing.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { CUSTOMER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../shared/clock.ts';
import { consentDoc, consentLinkDoc } from '../../shared/consent/documents.ts';
import { readConsentLanding, readConsentResult } from '../../shared/consent/landing.ts';
import { runVerify } from '../../shared/consent/verify.ts';
import { gdapDoc } from '../../shared/customers/documents.ts';
import { permissionSetVersion } from '../../shared/microsoft/permissions.ts';
import { listAs, readAs } from '../../shared/store/scoped.ts';
import { workSync } from '../../shared/sync/work-sync.ts';
import { startTestWorld, type TestWorld, type TestWorldOptions, until } from './kit/world.ts';

const first = 'northwindpartners.example';
const second = 'southridge.example';
let world: TestWorld;
let msp: HttpBrowser;
afterEach(() => world.close());

/** A partner that is connected and knows its customers. */
async function connected(domain: string): Promise<HttpBrowser> {
  const browser = world.openBrowser();
  const service = `svc-tenantry@${domain}`;
  await world.signIn(browser, service);
  await world.postForm(browser, '/connect/start', { name: domain, prerequisites: 'on' });
  await passMicrosoft(browser, service);
  await until(async () => {
    const { body } = await world.api(browser, 'GET', '/api/v1/connections');
    const [connection] = Object(body).items ?? [];
    const discovery = await world.api(browser, 'GET', `/api/v1/connections/${connection?.connectionId}/discovery`);
    return Object(discovery.body).status === 'done';
  });
  return browser;
}

async function begin(options: TestWorldOptions = {}) {
  world = await startTestWorld({ mix: 'all-active', ...options });
  msp = await connected(first);
}

const customer = (index = 0): Tenant => world.customersOf(world.tenant(first))[index] ?? fail();
function fail(): never {
  throw new Error('The scenario has no such customer.');
}
async function linkOf(tenant: Tenant, browser = msp): Promise<string> {
  const { status, body } = await world.api(browser, 'POST', `/api/v1/customers/${tenant.id}/consent-links`, {});
  expect(status).toBe(201);
  return new URL(String(Object(body).address)).pathname;
}
const consentOf = async (tenant: Tenant, domain = first) =>
  (await readAs(world.workspace(world.tenant(domain)).customers, `consent:${tenant.id}`, consentDoc))?.doc;
const linksOf = async (tenant: Tenant, domain = first) =>
  (await listAs(world.workspace(world.tenant(domain)).customers, { type: 'consentLink' }, consentLinkDoc)).filter(
    ({ tenantId }) => tenantId === tenant.id,
  );
const adminOf = ({ defaultDomain }: Tenant) => `admin@${defaultDomain}`;
const ordinaryOf = (tenant: Tenant) =>
  [...tenant.users.values()].find((user) => user.directoryRoles.length === 0 && user.userType === 'Member')
    ?.userPrincipalName ?? fail();
const isCallback = (url: URL) => url.pathname === '/consent/callback';

/** Opens a link and goes through Microsoft as somebody. */
async function consent(path: string, upn: string, answer: 'accept' | 'cancel' = 'accept') {
  const browser = world.openBrowser();
  await browser.post(`${world.publicUrl}${path}/start`, {});
  await passMicrosoft(browser, upn, { consent: answer });
  return browser;
}
/** As far as Microsoft's answer, which is not delivered. */
async function answerTo(path: string, upn: string) {
  const browser = world.openBrowser();
  await browser.post(`${world.publicUrl}${path}/start`, {});
  const page = await passMicrosoft(browser, upn, { stopBefore: isCallback });
  return { browser, answer: new URL(page.headers.get('location') ?? '') };
}
const resultOf = (browser: HttpBrowser) =>
  readConsentResult(world.app, browser.page().url.searchParams.get('r') ?? undefined);
/** No GDAP evidence: as if the relationship had ended and discovery had read it. */
async function endGdap(tenant: Tenant, domain = first) {
  for (const relationship of world.microsoft.world.relationships.values())
    if (relationship.customerTenantId === tenant.id && relationship.partnerTenantId === world.tenant(domain).id)
      relationship.status = 'terminated';
  const { customers } = world.workspace(world.tenant(domain));
  const gdap = await readAs(customers, `gdap:${tenant.id}`, gdapDoc);
  if (!gdap) return;
  const relationships = gdap.doc.relationships.map((one) => ({ ...one, status: 'terminated' as const }));
  await customers.replace({ ...gdap.doc, relationships }, gdap.etag);
}

describe('a consent link', () => {
  beforeEach(() => begin());

  it('is one for each customer, and can be shown again, replaced and revoked', async () => {
    const path = await linkOf(customer());
    expect(await linkOf(customer())).toBe(path);
    const url = `/api/v1/customers/${customer().id}/consent-links`;
    const replaced = await world.api(msp, 'POST', url, { replace: true });
    expect(Object(replaced.body).address).not.toContain(path);
    const token = path.split('/')[2] ?? '';
    expect(await readConsentLanding(world.app, token)).toEqual({ kind: 'revoked', mspName: 'Northwind Partners' });
    const gone = await world.api(msp, 'DELETE', `${url}/${Object(replaced.body).linkId}`);
    expect(gone.body).toMatchObject({ status: 'revoked', address: null });
    expect((await linksOf(customer())).map(({ status }) => status)).toEqual(['revoked', 'revoked']);
  });

  it('tells a stranger nothing, and its visitor who asks', async () => {
    const token = (await linkOf(customer())).split('/')[2] ?? '';
    const landing = await readConsentLanding(world.app, token);
    expect(landing).toMatchObject({
      kind: 'open',
      mspName: 'Northwind Partners',
      customerName: customer().displayName,
    });
    expect(await readConsentLanding(world.app, 'A'.repeat(43))).toEqual({ kind: 'unknown' });
    expect(await readConsentLanding(world.app, '../x')).toEqual({ kind: 'unknown' });
  });

  it('expires, and cannot begin a journey then', async () => {
    const path = await linkOf(customer());
    world.clock.advance(31 * DAY_MS);
    expect((await readConsentLanding(world.app, path.split('/')[2] ?? '')).kind).toBe('expired');
    const page = await world.openBrowser().post(`${world.publicUrl}${path}/start`, {});
    expect(page.status).toBe(404);
    expect(await consentOf(customer())).toMatchObject({ status: 'NotRequested' });
  });

  it('changes nothing when a mail scanner opens it by GET or HEAD', async () => {
    const path = await linkOf(customer());
    const before = await consentOf(customer());
    for (const method of ['GET', 'HEAD'])
      for (const suffix of ['', '/start'])
        await fetch(`${world.publicUrl}${path}${suffix}`, { method, redirect: 'manual' });
    expect(await consentOf(customer())).toEqual(before);
    expect((await linksOf(customer()))[0]?.status).toBe('open');
  });

  it('is of no use to another workspace', async () => {
    await linkOf(customer(1));
    const [link] = await linksOf(customer(1));
    const other = await connected(second);
    const url = `/api/v1/customers/${customer(1).id}/consent-links`;
    expect((await world.api(other, 'POST', url, {})).status).toBe(404);
    expect((await world.api(other, 'GET', url)).status).toBe(404);
    expect((await world.api(other, 'DELETE', `${url}/${link?.linkId}`)).status).toBe(404);
    expect((await linksOf(customer(1)))[0]?.status).toBe('open');
  });
});

describe('consenting', () => {
  it('grants with GDAP as evidence, uses the link up, and asks for a first sync', async () => {
    await begin();
    const path = await linkOf(customer());
    const browser = await consent(path, adminOf(customer()));
    expect(browser.page().url.pathname).toBe('/consent-result');
    expect(await resultOf(browser)).toMatchObject({ kind: 'granted', mspName: 'Northwind Partners' });
    expect(await consentOf(customer())).toMatchObject({
      status: 'Granted',
      evidence: { kind: 'gdap' },
      permissionSet: permissionSetVersion,
    });
    expect((await linksOf(customer()))[0]?.status).toBe('used');
    const { body } = await world.api(msp, 'GET', `/api/v1/customers/${customer().id}`);
    expect(body).toMatchObject({ readiness: { ready: true }, sync: { status: 'Pending' } });
    const again = await world.openBrowser().post(`${world.publicUrl}${path}/start`, {});
    expect(again.status).toBe(404);
    expect((await world.api(msp, 'POST', `/api/v1/customers/${customer().id}/consent-links`, {})).status).toBe(409);
  });

  it('asks for a sign-in at the tenant where GDAP does not speak for the workspace', async () => {
    await begin();
    await endGdap(customer());
    const browser = await consent(await linkOf(customer()), adminOf(customer()));
    expect(browser.page().trail.map(({ pathname }) => pathname)).toContain('/consent/sign-in-callback');
    expect(await resultOf(browser)).toMatchObject({ kind: 'granted' });
    expect(await consentOf(customer())).toMatchObject({
      status: 'Granted',
      method: 'customerAdmin',
      evidence: { kind: 'adminSignIn', username: adminOf(customer()) },
    });
  });

  it('waits while Microsoft passes the grant on, and confirms by itself', async () => {
    await begin({ settings: { propagationDelayMs: 20 * SECOND_MS } });
    const browser = await consent(await linkOf(customer()), adminOf(customer()));
    expect(await resultOf(browser)).toMatchObject({ kind: 'pending' });
    expect(await consentOf(customer())).toMatchObject({ status: 'ConsentPending', evidence: { kind: 'gdap' } });
    // A new link for the same customer does not end what is under way.
    await world.api(msp, 'POST', `/api/v1/customers/${customer().id}/consent-links`, { replace: true });
    for (const seconds of [6, 16]) {
      world.clock.advance(seconds * SECOND_MS);
      const attempts = seconds === 6 ? 1 : 2;
      await until(async () => {
        const now = await consentOf(customer());
        return now?.status === 'Granted' || (now?.attempts ?? 0) >= attempts;
      });
    }
    expect((await consentOf(customer()))?.status).toBe('Granted');
    expect(await resultOf(browser)).toMatchObject({ kind: 'granted' });
  });

  it('SY-27 SY-28 fails after 15 minutes of waiting, and goes on trying', async () => {
    await begin({ settings: { neverPropagate: true } });
    await consent(await linkOf(customer()), adminOf(customer()));
    for (let attempt = 1; attempt <= 11; attempt += 1) {
      world.clock.advance(2 * MINUTE_MS);
      await until(async () => ((await consentOf(customer()))?.attempts ?? 0) >= attempt);
    }
    const failed = await consentOf(customer());
    expect(failed).toMatchObject({ status: 'ConsentFailure', explanation: { code: 'AADSTS7000229' } });
    expect(Date.parse(failed?.nextAttemptAt ?? '') - world.clock.now()).toBe(MINUTE_MS);
    world.microsoft.context.settings.neverPropagate = false;
    const principal = customer().servicePrincipals.get(CUSTOMER_APP_ID);
    if (principal) principal.effectiveMs = 0;
    for (const role of principal?.appRoles ?? []) role.effectiveMs = 0;
    world.clock.advance(MINUTE_MS);
    await until(async () => (await consentOf(customer()))?.status === 'Granted');
  });

  it('explains a refusal, and leaves the link open', async () => {
    await begin();
    const path = await linkOf(customer());
    const browser = await consent(path, adminOf(customer()), 'cancel');
    expect(await resultOf(browser)).toMatchObject({ kind: 'failed', explanation: { whoActs: 'customer' } });
    expect((await consentOf(customer()))?.status).toBe('NotRequested');
    expect(await resultOf(await consent(path, adminOf(customer())))).toMatchObject({ kind: 'granted' });
  });
});

describe('answers that are refused', () => {
  beforeEach(() => begin());

  /** Everything that a refused answer must leave alone. */
  const state = async () => [await consentOf(customer()), await linksOf(customer())];

  it('admin_consent=True with an error is an error', async () => {
    const { browser, answer } = await answerTo(await linkOf(customer()), adminOf(customer()));
    answer.searchParams.set('error', 'consent_required');
    answer.searchParams.set('error_description', 'AADSTS65004: declined');
    await browser.get(answer);
    expect(await resultOf(browser)).toMatchObject({ kind: 'failed' });
    expect((await consentOf(customer()))?.status).toBe('NotRequested');
  });

  it('the tenant of another customer', async () => {
    const { browser, answer } = await answerTo(await linkOf(customer()), adminOf(customer()));
    const before = await state();
    answer.searchParams.set('tenant', customer(1).id);
    expect((await browser.get(answer)).status).toBe(400);
    expect(await state()).toEqual(before);
    expect(await consentOf(customer(1))).toBeUndefined();
  });

  it('from another browser, and twice from the own one', async () => {
    const { browser, answer } = await answerTo(await linkOf(customer()), adminOf(customer()));
    const before = await state();
    expect((await world.openBrowser().get(answer)).status).toBe(400);
    expect(await state()).toEqual(before);
    await browser.get(answer);
    expect((await browser.get(answer)).status).toBe(400);
  });

  it('with a forged state, one of another link, one of another purpose, or after 15 minutes', async () => {
    const { browser, answer } = await answerTo(await linkOf(customer()), adminOf(customer()));
    const before = await state();
    const other = await answerTo(await linkOf(customer(1)), adminOf(customer(1)));
    await msp.post(`${world.publicUrl}/sign-in/start`, {});
    const signIn = msp.page().url.searchParams.get('state') ?? '';
    for (const forged of ['', 'x', signIn, other.answer.searchParams.get('state') ?? '']) {
      const url = new URL(answer);
      url.searchParams.set('state', forged);
      expect((await browser.get(url)).status).toBe(400);
    }
    world.clock.advance(15 * MINUTE_MS);
    expect((await browser.get(answer)).status).toBe(400);
    expect(await state()).toEqual(before);
  });

  it('for a link that was revoked meanwhile', async () => {
    const { browser, answer } = await answerTo(await linkOf(customer()), adminOf(customer()));
    const [link] = await linksOf(customer());
    await world.api(msp, 'DELETE', `/api/v1/customers/${customer().id}/consent-links/${link?.linkId}`);
    expect((await browser.get(answer)).status).toBe(404);
    expect((await consentOf(customer()))?.status).toBe('InProgress');
  });

  it.each<[string, () => string, string]>([
    ['an ordinary user', () => ordinaryOf(customer()), 'not_an_administrator'],
    ['an administrator of another customer', () => adminOf(customer(1)), ''],
  ])('as evidence the sign-in of %s', async (_who, upn, code) => {
    await endGdap(customer());
    const { browser, answer } = await answerTo(await linkOf(customer()), adminOf(customer()));
    const isAuthorize = (url: URL) => url.pathname.endsWith('/authorize');
    const onward = await browser.get(answer, { stopBefore: isAuthorize });
    const authorize = new URL(onward.headers.get('location') ?? '');
    authorize.searchParams.set('prompt', 'login');
    await browser.get(authorize);
    await passMicrosoft(browser, upn());
    if (code) expect(await resultOf(browser)).toMatchObject({ kind: 'failed', explanation: { code } });
    else expect(browser.page().url.pathname).not.toContain('/consent-result');
    const now = await consentOf(customer());
    expect(now?.evidence).toBeNull();
    expect(['Granted', 'ConsentPending']).not.toContain(now?.status);
  });
});

describe('two workspaces', () => {
  it('a tenant that consented for one proves nothing for the other, whatever the callback says', async () => {
    await begin();
    const other = await connected(second);
    // The first customer belongs to both partners; for the second one GDAP then ends.
    const shared = customer();
    expect((await consent(await linkOf(shared), adminOf(shared))).page().url.pathname).toBe('/consent-result');
    expect((await consentOf(shared))?.status).toBe('Granted');
    const path = await linkOf(shared, other);
    await endGdap(shared, second);

    const attacker = world.openBrowser();
    const stop = { stopBefore: (url: URL) => url.pathname.endsWith('/adminconsent') };
    const away = await attacker.post(`${world.publicUrl}${path}/start`, {}, stop);
    const ownState = new URL(away.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const forged = `/consent/callback?${new URLSearchParams({ admin_consent: 'True', tenant: shared.id, state: ownState })}`;
    const page = await attacker.get(`${world.publicUrl}${forged}`, {
      stopBefore: (url) => url.pathname.endsWith('/authorize'),
    });
    // The one way on is a sign-in at that very tenant, which the attacker does not pass.
    expect(new URL(page.headers.get('location') ?? '').pathname).toContain(shared.id);
    await attacker.get(page.headers.get('location') ?? '');
    await passMicrosoft(attacker, `svc-tenantry@${second}`);
    expect(await consentOf(shared, second)).toMatchObject({ evidence: null });
    expect((await consentOf(shared, second))?.status).not.toBe('Granted');
    const checked = await world.api(other, 'POST', `/api/v1/customers/${shared.id}/consent/check`);
    expect(Object(checked.body).consent.status).not.toBe('Granted');
    expect((await consentOf(shared))?.status).toBe('Granted');
  });
});

describe('a grant', () => {
  beforeEach(async () => {
    await begin();
    await consent(await linkOf(customer()), adminOf(customer()));
  });
  const verify = async () => {
    const message = {
      kind: 'verify',
      workspaceId: world.tenant(first).id,
      tenantId: customer().id,
      attempt: 1,
    } as const;
    await runVerify(world.app, message, `verify:${world.clock.now()}`);
    return consentOf(customer());
  };

  it('stands while all is well', async () => {
    world.clock.advance(10 * MINUTE_MS);
    expect(await verify()).toMatchObject({ status: 'Granted', verifiedAt: new Date(world.clock.now()).toISOString() });
  });

  it('is revoked when the customer removes the app, and stays so when it comes back for somebody else', async () => {
    const principal = customer().servicePrincipals.get(CUSTOMER_APP_ID);
    customer().servicePrincipals.delete(CUSTOMER_APP_ID);
    expect(await verify()).toMatchObject({ status: 'Revoked', evidence: null, explanation: { code: 'AADSTS7000229' } });
    const { body } = await world.api(msp, 'GET', `/api/v1/customers/${customer().id}`);
    expect(body).toMatchObject({ readiness: { ready: false }, sync: { status: 'Paused' } });
    if (principal) customer().servicePrincipals.set(CUSTOMER_APP_ID, principal);
    expect((await verify())?.status).toBe('Revoked');
    // A person may ask for it again: GDAP is evidence of its own.
    const checked = await world.api(msp, 'POST', `/api/v1/customers/${customer().id}/consent/check`);
    expect(checked.body).toMatchObject({ consent: { status: 'Granted' } });
  });

  it('is found revoked by the next run, not only by the daily look', async () => {
    customer().servicePrincipals.delete(CUSTOMER_APP_ID);
    // A token that was issued before stays good for its hour or so.
    world.clock.advance(2 * 60 * MINUTE_MS);
    const message = { kind: 'run', trigger: 'manual', attempt: 1 } as const;
    const body = { ...message, workspaceId: world.tenant(first).id, tenantId: customer().id };
    await workSync(world.app, body, 'run:1');
    await until(async () => (await consentOf(customer()))?.status === 'Revoked');
  });

  it('asks for more when a permission is missing', async () => {
    const principal = customer().servicePrincipals.get(CUSTOMER_APP_ID);
    if (principal) principal.appRoles = principal.appRoles.filter(({ role }) => role !== 'User.Read.All');
    const now = await verify();
    expect(now).toMatchObject({ status: 'UpgradeNeeded', explanation: { code: 'permissions_missing' } });
    expect(now?.explanation?.meaning).toContain('User.Read.All');
  });

  it('keeps standing through an outage of Microsoft', async () => {
    const before = await consentOf(customer());
    world.microsoft.context.faults.setRules([{ match: { origin: 'graph' }, kind: '503', rate: 1 }]);
    expect(await verify()).toEqual(before);
  });

  it('loses its evidence with the last active relationship, and finds it again in a new one', async () => {
    await endGdap(customer());
    expect(await verify()).toMatchObject({
      status: 'Granted',
      evidence: null,
      explanation: { code: 'evidence_ended' },
    });
    const { body } = await world.api(msp, 'GET', `/api/v1/customers/${customer().id}`);
    expect(body).toMatchObject({ readiness: { ready: false } });
  });
});
