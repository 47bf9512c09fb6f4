// A partner connection with the MSP's own app registration, from its draft to a synced customer, and what goes wrong with it.
import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { CUSTOMER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { DAY_MS } from '../../shared/clock.ts';
import { connectionDoc, credentialDoc, ownAppDoc } from '../../shared/connections/documents.ts';
import { partnerTokens } from '../../shared/connections/partner-tokens.ts';
import { consentDoc } from '../../shared/consent/documents.ts';
import { customerDoc } from '../../shared/customers/documents.ts';
import { listAs, readAs } from '../../shared/store/scoped.ts';
import { syncRowDoc } from '../../shared/sync/documents.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

const domain = 'northwindpartners.example';
const service = `svc-tenantry@${domain}`;
const appId = '3c9f1a52-7d04-4e1b-9b2a-6f0d8e5c1a77';
const secret = 'own-secret-1~abc';

let world: TestWorld;
let browser: HttpBrowser;
beforeEach(async () => {
  world = await startTestWorld({ functions: functionList, mix: 'all-active' });
  browser = world.openBrowser();
  await world.signIn(browser, service);
});
afterEach(() => world.close());

const partner = () => world.tenant(domain);
const workspace = () => world.workspace(partner());
const stored = async (connectionId: string) =>
  (await readAs(workspace().workspace, `connection:${connectionId}`, connectionDoc))?.doc;
const customer = (index = 0): Tenant => {
  const found = world.customersOf(partner())[index];
  if (!found) throw new Error('The scenario has too few customers.');
  return found;
};
const consentOf = async ({ id }: Tenant) => (await readAs(workspace().customers, `consent:${id}`, consentDoc))?.doc;

interface Draft {
  connectionId: string;
  redirectUri: string;
}

async function draft(name = 'Own app'): Promise<Draft> {
  const { status, body } = await world.api(browser, 'POST', '/api/v1/connections/own-app', { name });
  expect(status).toBe(201);
  return { connectionId: String(Object(body).connectionId), redirectUri: String(Object(body).redirectUri) };
}

/** What the MSP does in Entra. */
async function register(change: Record<string, unknown>, home: Tenant = partner()): Promise<void> {
  const body = JSON.stringify({ kind: 'registerApp', tenantId: home.id, appId, ...change });
  const answer = await fetch(`${world.microsoft.control}/control/change`, { method: 'POST', body });
  expect(answer.status, await answer.text()).toBe(200);
}
const goodSecret = (value = secret) => ({ secrets: [{ value, expiresMs: world.clock.now() + 300 * DAY_MS }] });
const told = (change: Record<string, string> = {}) => ({ domain, clientId: appId, secret, ...change });

async function discovered(connectionId: string): Promise<void> {
  await until(async () => {
    const { body } = await world.api(browser, 'GET', `/api/v1/connections/${connectionId}/discovery`);
    return Object(body).status === 'done';
  });
}

/** Draft, registration, form, sign-in: as MP-08 and MP-09 have it. */
async function connected(): Promise<Draft> {
  const made = await draft();
  await register({ redirectUris: [made.redirectUri], ...goodSecret() });
  await world.postForm(browser, `/connections/${made.connectionId}/app`, told());
  await passMicrosoft(browser, service);
  await discovered(made.connectionId);
  return made;
}

async function consentAs(tenant: Tenant, upn: string): Promise<HttpBrowser> {
  const { body } = await world.api(browser, 'POST', `/api/v1/customers/${tenant.id}/consent-links`, {});
  const visitor = world.openBrowser();
  await visitor.post(`${new URL(String(Object(body).address)).href}/start`, {});
  await passMicrosoft(visitor, upn);
  return visitor;
}
const rowOf = async ({ id }: Tenant) => (await readAs(workspace().customers, `sync:${id}`, syncRowDoc))?.doc;
const synced = (tenant: Tenant) => until(async () => (await rowOf(tenant))?.status === 'Success');

describe('a connection with an app registration of its own', () => {
  it('MP-04, MP-08 has an id before anything is asked, and its redirect address holds it', async () => {
    await world.postForm(browser, '/connect/own-app', { name: 'Northwind by our own app' });
    const { url, document } = browser.page();
    const connectionId = url.pathname.split('/')[2] ?? '';
    expect(url.pathname).toBe(`/connections/${connectionId}/app`);
    const address = document?.querySelector('#redirect')?.getAttribute('value');
    expect(address).toBe(`${world.publicUrl}/own-app/${connectionId}/callback`);
    expect(document?.querySelector('[data-copy=redirect]')).not.toBeNull();
    const listed = [...(document?.querySelectorAll('tbody th') ?? [])].map((cell) => cell.textContent);
    expect(listed).toEqual(
      expect.arrayContaining(['DelegatedAdminRelationship.ReadWrite.All', 'user_impersonation', 'User.Read.All']),
    );
    expect(await stored(connectionId)).toMatchObject({
      kind: 'microsoft_csp',
      app: { kind: 'own', clientId: null },
      state: 'NotConnected',
      tenantId: null,
    });
  });

  it('MP-09, MP-10 connects with domain, application id and secret, and finds the customers', async () => {
    const { connectionId } = await connected();
    expect(browser.page().url.searchParams.get('notice')).toBe('connected');
    expect(await stored(connectionId)).toMatchObject({
      state: 'Connected',
      app: { kind: 'own', clientId: appId },
      tenantId: partner().id,
      domain,
      account: { username: service },
    });
    const found = await listAs(workspace().customers, { type: 'customer' }, customerDoc);
    expect(found.map(({ tenantId }) => tenantId).sort()).toEqual(
      world
        .customersOf(partner())
        .map(({ id }) => id)
        .sort(),
    );
    const tokens = [...world.microsoft.world.refreshTokens.values()].filter((token) => token.appId === appId);
    expect(tokens).not.toHaveLength(0);
  });

  it('can be signed in to from the API, by a browser that keeps the cookie', async () => {
    const { connectionId, redirectUri } = await draft();
    await register({ redirectUris: [redirectUri], ...goodSecret() });
    await world.api(browser, 'PUT', `/api/v1/connections/${connectionId}/app`, told());
    const path = `/api/v1/connections/${connectionId}/reauthorize`;
    const { status, body } = await world.api(browser, 'POST', path, {});
    expect(status).toBe(200);
    await browser.get(String(Object(body).location));
    await passMicrosoft(browser, service);
    expect(await stored(connectionId)).toMatchObject({ state: 'Connected' });
  });

  it('keeps the secret sealed, and shows it to nobody', async () => {
    const { connectionId } = await connected();
    const proof = await readAs(workspace().workspace, `ownApp:${connectionId}`, ownAppDoc);
    expect(proof?.doc).toMatchObject({ clientId: appId, kind: 'secret', endsAt: null });
    expect(JSON.stringify(proof?.doc)).not.toContain(secret);
    const { body } = await world.api(browser, 'GET', `/api/v1/connections/${connectionId}/app`);
    expect(JSON.stringify(body)).not.toContain(secret);
    const { text } = await browser.get(`${world.publicUrl}/connections/${connectionId}/app`);
    expect(text).not.toContain(secret);
    expect(world.logLines.join('\n')).not.toContain(secret);
  });

  it('consents and syncs its customers with that app, and with no other', async () => {
    const { connectionId } = await connected();
    await consentAs(customer(), `admin@${customer().defaultDomain}`);
    expect(await consentOf(customer())).toMatchObject({
      status: 'Granted',
      method: 'ownApp',
      ownAppConnectionId: connectionId,
      evidence: { kind: 'gdap' },
    });
    expect(customer().servicePrincipals.has(appId)).toBe(true);
    expect(customer().servicePrincipals.has(CUSTOMER_APP_ID)).toBe(false);
    await synced(customer());
  });

  it('says on the page of a link whose app it is, and what an app asks too little for', async () => {
    await connected();
    const { body } = await world.api(browser, 'POST', `/api/v1/customers/${customer().id}/consent-links`, {});
    const { text } = await world.openBrowser().get(String(Object(body).address));
    expect(text).toContain('under the name of an app of Northwind Partners');
    await consentAs(customer(), `admin@${customer().defaultDomain}`);
    const change = { kind: 'revokeAppRoles', tenantId: customer().id, appId, roles: ['AuditLog.Read.All'] };
    await fetch(`${world.microsoft.control}/control/change`, { method: 'POST', body: JSON.stringify(change) });
    await world.api(browser, 'POST', `/api/v1/customers/${customer().id}/consent/check`, {});
    expect(await consentOf(customer())).toMatchObject({
      status: 'UpgradeNeeded',
      explanation: {
        code: 'permissions_missing',
        whoActs: 'msp',
        whatToDo: expect.stringContaining('permissions of your app registration'),
      },
    });
  });

  it("takes an administrator's sign-in with that app as evidence where no GDAP speaks", async () => {
    await connected();
    const tenant = customer(1);
    for (const relationship of world.microsoft.world.relationships.values())
      if (relationship.customerTenantId === tenant.id) relationship.status = 'terminated';
    const visitor = await consentAs(tenant, `admin@${tenant.defaultDomain}`);
    expect(visitor.page().url.pathname).toBe('/consent-result');
    expect(await consentOf(tenant)).toMatchObject({ method: 'ownApp', evidence: { kind: 'adminSignIn' } });
  });

  it('says so where the registration does not let Microsoft name roles', async () => {
    await connected();
    const tenant = customer(1);
    for (const relationship of world.microsoft.world.relationships.values())
      if (relationship.customerTenantId === tenant.id) relationship.status = 'terminated';
    await register({ groupMembershipClaims: 'None' });
    await consentAs(tenant, `admin@${tenant.defaultDomain}`);
    expect(await consentOf(tenant)).toMatchObject({
      status: 'ConsentFailure',
      evidence: null,
      explanation: { code: 'own_app_roles_untold', whoActs: 'msp' },
    });
  });

  it('works in a partner tenant that is not the workspace', async () => {
    const other = world.tenant('southridge.example');
    const { connectionId, redirectUri } = await draft('Second partner');
    await register({ redirectUris: [redirectUri], ...goodSecret() }, other);
    await world.postForm(browser, `/connections/${connectionId}/app`, told({ domain: 'southridge.example' }));
    await passMicrosoft(browser, 'svc-tenantry@southridge.example');
    await discovered(connectionId);
    expect(await stored(connectionId)).toMatchObject({ state: 'Connected', tenantId: other.id });
    const found = await listAs(workspace().customers, { type: 'customer' }, customerDoc);
    expect(found.map(({ tenantId }) => tenantId).sort()).toEqual(
      world
        .customersOf(other)
        .map(({ id }) => id)
        .sort(),
    );
    await expect(partnerTokens(world.app, partner().id, connectionId).partnerCenter.renew()).resolves.toBeTypeOf(
      'string',
    );
  });

  it('proves itself with a certificate, whose end is read from it', async () => {
    const days = 200;
    const made = await generate([{ name: 'commonName', value: 'own-app' }], {
      keySize: 2048,
      algorithm: 'sha256',
      notBeforeDate: new Date(world.clock.now() - DAY_MS),
      notAfterDate: new Date(world.clock.now() + days * DAY_MS),
    });
    const certificate = new X509Certificate(made.cert);
    const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
    const { connectionId, redirectUri } = await draft();
    const expiresMs = Date.parse(certificate.validTo);
    await register({ redirectUris: [redirectUri], certificates: [{ thumbprint, pem: made.cert, expiresMs }] });
    const { secret: _, ...rest } = told();
    const fields = { ...rest, secret: '', certificate: `${made.cert}\r\n${made.private}` };
    await world.postForm(browser, `/connections/${connectionId}/app`, fields);
    await passMicrosoft(browser, service);
    expect(await stored(connectionId)).toMatchObject({ state: 'Connected' });
    const { body } = await world.api(browser, 'GET', `/api/v1/connections/${connectionId}/app`);
    expect(body).toMatchObject({ proof: { kind: 'certificate', endsAt: new Date(expiresMs).toISOString() } });
  });
});

describe('what the MSP tells of its app is refused by name', () => {
  let made: Draft;
  beforeEach(async () => {
    made = await draft();
    await register({ redirectUris: [made.redirectUri], ...goodSecret() });
  });
  const put = (json: Record<string, string>) =>
    world.api(browser, 'PUT', `/api/v1/connections/${made.connectionId}/app`, json);

  it.each([
    ['domain', { domain: 'nobody-has-this.example' }, /no tenant/],
    ['domain', { domain: 'not a domain' }, /domain of the partner tenant/],
    ['clientId', { clientId: 'abc' }, /GUID/],
    ['clientId', { clientId: CUSTOMER_APP_ID }, /Tenantry's own app/],
    ['clientId', { clientId: '00000000-1111-4222-8333-444444444444' }, /no such application/],
    ['secret', { secret: 'not the secret' }, /refused it/],
    ['secret', { secret: '7b0f0d6e-31f4-4a55-93c5-1c6e8c1b6a01' }, /id of a secret/],
    ['secret', { secret: '' }, /Give the secret/],
    ['certificate', { certificate: 'x' }, /not both/],
    ['certificate', { secret: '', certificate: 'no PEM' }, /must hold a certificate and its private key/],
    ['secretEndsOn', { secretEndsOn: '31.12.2027' }, /YYYY-MM-DD/],
    ['secretEndsOn', { secretEndsOn: '2020-01-01' }, /has ended/],
  ])('%s: %j', async (field, change, words) => {
    const { status, body } = await put({ ...told(), ...change });
    expect(status).toBe(400);
    expect(Object(body).errors?.[field] ?? Object(body).fields?.[field]).toMatch(words);
    expect(await stored(made.connectionId)).toMatchObject({ app: { clientId: null }, tenantId: null });
  });

  it('keeps what was typed in the form, and never the secret', async () => {
    const page = await world.postForm(browser, `/connections/${made.connectionId}/app`, told({ secret: 'wrong one' }));
    expect(page.status).toBe(400);
    expect(page.document?.querySelector('#clientId')?.getAttribute('value')).toBe(appId);
    expect(page.document?.querySelector('#secret-error')?.textContent).toContain('refused it');
    expect(page.text).not.toContain('wrong one');
  });

  it('refuses a certificate with the key of another', async () => {
    const pair = () => generate([{ name: 'commonName', value: 'x' }], { keySize: 2048, algorithm: 'sha256' });
    const [one, other] = await Promise.all([pair(), pair()]);
    const { body } = await put({ ...told({ secret: '' }), certificate: `${one.cert}\n${other.private}` });
    expect(Object(body).errors?.certificate ?? Object(body).fields?.certificate).toMatch(/does not belong/);
  });

  it('cannot be signed in to before it is told', async () => {
    const page = await world.postForm(browser, `/connections/${made.connectionId}/reauthorize`);
    expect(page.status).toBe(409);
    expect(page.text).toContain('application id and secret are not there');
  });

  it('leaves a redirect address that was not registered to the page of Microsoft that names it', async () => {
    await register({ redirectUris: [`${world.publicUrl}/elsewhere`] });
    await put(told());
    const page = await world.postForm(browser, `/connections/${made.connectionId}/reauthorize`);
    // Entra shows a wrong redirect address on its own page: nothing comes back.
    expect(page.url.origin).toBe(world.microsoft.origins.login);
    expect(page.text).toContain('50011');
  });
});

describe('one tenant for one connection', () => {
  it('SY-13 refuses a tenant that another connection holds, whichever came first', async () => {
    const { connectionId } = await connected();
    const second = await draft('Once more');
    const { status, body } = await world.api(browser, 'PUT', `/api/v1/connections/${second.connectionId}/app`, told());
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'tenant_held' });
    const page = await world.postForm(browser, '/connect/start', { name: 'Northwind', prerequisites: 'on' });
    expect(page.status).toBe(409);
    expect(page.text).toContain('“Own app”');
    expect(await stored(connectionId)).toMatchObject({ state: 'Connected' });
  });

  it('SY-40 keeps the tenant that was connected', async () => {
    const { connectionId } = await connected();
    const elsewhere = told({ domain: 'southridge.example' });
    const { status, body } = await world.api(browser, 'PUT', `/api/v1/connections/${connectionId}/app`, elsewhere);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('another tenant than the one that is connected');
    await world.postForm(browser, `/connections/${connectionId}/reauthorize`);
    await passMicrosoft(browser, 'svc-tenantry@southridge.example');
    expect(await stored(connectionId)).toMatchObject({ tenantId: partner().id, account: { username: service } });
  });
});

describe('when its secret ends', () => {
  it('says so to the MSP, and a new secret brings connection and sync back without a sign-in', async () => {
    const { connectionId } = await connected();
    await consentAs(customer(), `admin@${customer().defaultDomain}`);
    await synced(customer());
    await register({ secrets: [{ value: secret, expiresMs: world.clock.now() - 1 }] });

    await expect(partnerTokens(world.app, partner().id, connectionId).graph.renew()).rejects.toThrow();
    expect(await stored(connectionId)).toMatchObject({
      state: 'ReauthRequired',
      reason: 'client_secret_expired',
      explanation: { whoActs: 'msp', meaning: expect.stringContaining('your own app registration') },
    });
    const sub = { expiresMs: world.clock.now() + 300 * DAY_MS, value: 'own-secret-2~def' };
    await register({ secrets: [sub] });
    const before = (await readAs(workspace().workspace, `credential:${connectionId}`, credentialDoc))?.doc.obtainedAt;
    await world.api(browser, 'PUT', `/api/v1/connections/${connectionId}/app`, {
      ...told({ secret: sub.value, secretEndsOn: new Date(sub.expiresMs).toISOString().slice(0, 10) }),
    });
    expect(await stored(connectionId)).toMatchObject({ state: 'Connected', reason: null });
    const after = (await readAs(workspace().workspace, `credential:${connectionId}`, credentialDoc))?.doc.obtainedAt;
    expect(after).toBe(before);
    expect((await world.api(browser, 'POST', `/api/v1/customers/${customer().id}/sync`, {})).status).toBe(202);
    await synced(customer());
  });
});

describe('when it is removed', () => {
  const gone = (connectionId: string) => until(async () => (await stored(connectionId)) === undefined);

  it('SY-42, SY-46 takes its secret and its app out of the tenants with it, and makes room for another', async () => {
    const { connectionId } = await connected();
    await consentAs(customer(), `admin@${customer().defaultDomain}`);
    await synced(customer());
    expect((await world.api(browser, 'DELETE', `/api/v1/connections/${connectionId}`)).status).toBe(202);
    await gone(connectionId);
    expect(await workspace().workspace.read(`ownApp:${connectionId}`)).toBeUndefined();
    expect(await workspace().workspace.read(`credential:${connectionId}`)).toBeUndefined();
    expect(customer().servicePrincipals.has(appId)).toBe(false);
    await world.postForm(browser, '/connect/start', { name: 'Northwind', prerequisites: 'on' });
    await passMicrosoft(browser, service);
    expect(browser.page().url.searchParams.get('notice')).toBe('connected');
  });

  it('lets a draft go', async () => {
    const { connectionId } = await draft();
    await world.api(browser, 'DELETE', `/api/v1/connections/${connectionId}`);
    await gone(connectionId);
  });
});

describe('the one address for all journeys', () => {
  it('takes no answer that is not one to a journey of ours', async () => {
    const { connectionId } = await draft();
    const path = `${world.publicUrl}/own-app/${connectionId}/callback`;
    for (const query of ['', '?code=x', '?state=x&code=y', `?admin_consent=True&tenant=${customer().id}&state=z`]) {
      const { status } = await browser.get(`${path}${query}`);
      expect(status).toBe(404);
    }
    expect(await stored(connectionId)).toMatchObject({ state: 'NotConnected' });
  });

  it('takes no answer at the address of another connection', async () => {
    const { connectionId, redirectUri } = await draft();
    const other = await draft('Another');
    await register({ redirectUris: [redirectUri], ...goodSecret() });
    const visit = { stopBefore: ({ pathname }: URL) => pathname.startsWith('/own-app/') };
    await world.postForm(browser, `/connections/${connectionId}/app`, told(), visit);
    const page = await passMicrosoft(browser, service, visit);
    const answer = new URL(page.headers.get('location') ?? '');
    expect(answer.pathname).toBe(`/own-app/${connectionId}/callback`);
    answer.pathname = `/own-app/${other.connectionId}/callback`;
    expect((await browser.get(answer.href)).status).toBe(404);
    expect(await stored(connectionId)).toMatchObject({ state: 'Authorizing' });
    // It was not used up by that.
    answer.pathname = `/own-app/${connectionId}/callback`;
    await browser.get(answer.href);
    expect(await stored(connectionId)).toMatchObject({ state: 'Connected' });
  });

  it('wants an Admin for the connection itself', async () => {
    const { connectionId, redirectUri } = await draft();
    await register({ redirectUris: [redirectUri], ...goodSecret() });
    await world.postForm(browser, `/connections/${connectionId}/app`, told(), {
      stopBefore: (url) => url.origin === world.microsoft.origins.login,
    });
    const departure = browser.page().headers.get('location') ?? '';
    const stranger = world.openBrowser();
    await stranger.get(departure);
    const page = await passMicrosoft(stranger, service);
    expect(page.url.pathname).toBe('/sign-in');
    expect(await stored(connectionId)).toMatchObject({ state: 'Authorizing' });
  });
});
