// Single tenants over the simulated Microsoft: connected end to end, and each reason for which one is refused.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser, Page } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { MINUTE_MS, SECOND_MS } from '../../shared/clock.ts';
import { connectionDoc } from '../../shared/connections/documents.ts';
import { singleConnectionId } from '../../shared/connections/single/rules.ts';
import { partnerConnectionId } from '../../shared/connections/state.ts';
import { GLOBAL_ADMINISTRATOR } from '../../shared/customers/gdap-status.ts';
import { readCustomer } from '../../shared/customers/list.ts';
import { readAs } from '../../shared/store/scoped.ts';
import { connectAs, discovered, northwind, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld, type TestWorldOptions, until } from './kit/world.ts';

let world: TestWorld;
let admin: HttpBrowser;
afterEach(() => world.close());

async function begin(options: TestWorldOptions = {}): Promise<void> {
  world = await startTestWorld({ functions: functionList, mix: 'all-active', ...options });
  admin = world.openBrowser();
  await world.signIn(admin, serviceAccount);
}

const southridge = 'southridge.example';
/** A tenant that Northwind has no relationship with: a customer of the other partner. */
function stranger(): Tenant {
  const [tenant] = world.customersOf(world.tenant(southridge)).filter(({ id }) => !isOfNorthwind(id));
  return tenant ?? fail();
}
function isOfNorthwind(tenantId: string): boolean {
  return world.customersOf(world.tenant(northwind)).some(({ id }) => id === tenantId);
}
function fail(): never {
  throw new Error('The scenario has no such tenant.');
}
const adminOf = ({ defaultDomain }: Tenant) => `admin@${defaultDomain}`;
const idOf = ({ id }: Tenant) => singleConnectionId(world.tenant(northwind).id, id);
const here = () => world.workspace(world.tenant(northwind));
const connectionOf = async (tenant: Tenant) =>
  (await readAs(here().workspace, `connection:${idOf(tenant)}`, connectionDoc))?.doc;
const customerOf = (tenant: Tenant) => readCustomer(world.app, here(), tenant.id);

/** Starts from the page, and passes Microsoft's pages as somebody. */
async function connectSingle(
  domain: string,
  upn: string,
  options: { fields?: Record<string, string>; consent?: 'accept' | 'cancel' } = {},
): Promise<Page> {
  const { fields, ...answer } = options;
  await world.postForm(admin, '/connect/single/start', { name: 'Contoso', domain, ...fields });
  return throughMicrosoft(upn, answer);
}

/** Signs in, and picks the same account on the consent page: the browser has the technician's session too. */
async function throughMicrosoft(upn: string, answer: { consent?: 'accept' | 'cancel' } = {}): Promise<Page> {
  await passMicrosoft(admin, upn, answer);
  return passMicrosoft(admin, upn, answer);
}

describe('a single tenant', () => {
  beforeEach(() => begin());

  it('SY-08 SY-11 MP-05 MP-06 is connected by a Global Administrator who accepts, and its sync begins', async () => {
    const tenant = stranger();
    const page = await connectSingle(tenant.defaultDomain, adminOf(tenant));
    expect(page.url.searchParams.get('notice')).toBe('single_connected');
    expect(await connectionOf(tenant)).toMatchObject({
      kind: 'microsoft_single',
      state: 'Connected',
      tenantId: tenant.id,
      name: 'Contoso',
      domain: tenant.defaultDomain,
      account: { username: adminOf(tenant) },
    });
    expect(await customerOf(tenant)).toMatchObject({
      name: tenant.displayName,
      connectionId: idOf(tenant),
      sources: ['single'],
      readiness: { ready: true, gdap: { status: 'NotApplicable' }, consent: 'Granted' },
      consent: { method: 'customerAdmin', evidence: { kind: 'adminSignIn', username: adminOf(tenant) } },
    });
    const synced = await until(async () => {
      const row = await customerOf(tenant);
      return row?.sync?.status === 'Success' && row;
    });
    expect(synced.sync?.counts?.users).toBeGreaterThan(0);
  });

  it('is connected over the API too, which gives the address of Microsoft', async () => {
    const tenant = stranger();
    const body = { name: 'Contoso', domain: tenant.initialDomain };
    const answer = await world.api(admin, 'POST', '/api/v1/connections/single', body);
    expect(answer.status).toBe(201);
    expect(Object(answer.body).connectionId).toBe(idOf(tenant));
    expect(new URL(Object(answer.body).location).pathname).toBe(`/${tenant.id}/oauth2/v2.0/authorize`);
    const { body: listed } = await world.api(admin, 'GET', '/api/v1/connections');
    expect(Object(listed).items).toMatchObject([{ kind: 'microsoft_single', state: 'Authorizing' }]);
  });

  it('SY-40 is signed in again at the tenant that it was made for, with other credentials', async () => {
    const tenant = stranger();
    await connectSingle(tenant.defaultDomain, adminOf(tenant));
    const other = [...tenant.users.values()].find(({ directoryRoles }) => directoryRoles.length === 0) ?? fail();
    other.directoryRoles = [GLOBAL_ADMINISTRATOR];
    await world.postForm(admin, `/connections/${idOf(tenant)}/reauthorize`);
    expect(admin.page().url.pathname).toBe(`/${tenant.id}/oauth2/v2.0/authorize`);
    const page = await throughMicrosoft(other.userPrincipalName);
    expect(page.url.searchParams.get('notice')).toBe('single_connected');
    expect((await connectionOf(tenant))?.account?.username).toBe(other.userPrincipalName);
  });

  it('is back where it was when somebody cancels at Microsoft', async () => {
    const tenant = stranger();
    const page = await connectSingle(tenant.defaultDomain, adminOf(tenant), { consent: 'cancel' });
    expect(page.url.searchParams.get('notice')).toBe('connect_cancelled');
    expect(await connectionOf(tenant)).toMatchObject({ state: 'NotConnected' });
    expect(await customerOf(tenant)).toBeUndefined();
  });

  it('keeps the name and domain that were typed when the domain is nobody’s', async () => {
    const page = await connectSingle('nobody-has-this.example', 'nobody@nowhere.example');
    expect(page.status).toBe(400);
    expect(page.document?.querySelector('#domain')?.getAttribute('value')).toBe('nobody-has-this.example');
    expect(page.document?.querySelector('#domain-error')?.text).toContain('no organisation with this domain');
    const malformed = await connectSingle('not a domain', 'nobody@nowhere.example');
    expect(malformed.status).toBe(400);
    expect(await here().workspace.query({ type: 'connection' })).toMatchObject({ items: [] });
  });
});

describe('what is refused, with its reason', () => {
  beforeEach(() => begin());

  it('SY-13 the own partner tenant, unless it is chosen on purpose', async () => {
    const page = await connectSingle(northwind, serviceAccount);
    expect(page.status).toBe(409);
    expect(page.document?.querySelector('#domain-error')?.text).toContain('your own tenant');
    const taken = await connectSingle(northwind, serviceAccount, { fields: { ownTenant: 'on' } });
    expect(taken.url.searchParams.get('notice')).toBe('single_connected');
    const own = world.tenant(northwind);
    expect(await customerOf(own)).toMatchObject({ readiness: { ready: true, gdap: { status: 'NotApplicable' } } });
    // It stands beside the partner connection, which finds its customers as ever.
    await connectAs(world, admin);
    const csp = await readAs(here().workspace, `connection:${partnerConnectionId(own.id)}`, connectionDoc);
    expect(csp?.doc.state).toBe('Connected');
  });

  it('SY-13 another tenant that was chosen as the own', async () => {
    const page = await connectSingle(stranger().defaultDomain, serviceAccount, { fields: { ownTenant: 'on' } });
    expect(page.status).toBe(409);
    expect(page.document?.querySelector('#domain-error')?.text).toContain('not one of your own');
  });

  it('SY-13 a partner tenant of somebody else', async () => {
    const partner = world.tenant('lucernemanaged.example');
    const page = await connectSingle(partner.defaultDomain, adminOf(partner));
    expect(page.url.searchParams.get('notice')).toBe('connect_failed');
    expect(await connectionOf(partner)).toMatchObject({ state: 'AuthFailed', reason: 'partner_tenant' });
    expect(await customerOf(partner)).toBeUndefined();
    expect(page.text).toContain('those cannot be connected as a single tenant');
  });

  it('SY-13 a tenant that the partner connection holds, before anybody signs in', async () => {
    await connectAs(world, admin);
    await discovered(world, admin);
    const [held] = world.customersOf(world.tenant(northwind));
    if (!held) fail();
    const page = await connectSingle(held.defaultDomain, adminOf(held));
    expect(page.status).toBe(409);
    expect(page.document?.querySelector('#domain-error')?.text).toContain('“Northwind”');
    expect(await connectionOf(held)).toBeUndefined();
  });

  it('SY-13 a partner’s account that reaches the tenant through GDAP only', async () => {
    const [customer] = world.customersOf(world.tenant(northwind));
    if (!customer) fail();
    const page = await connectSingle(customer.defaultDomain, serviceAccount);
    expect(page.url.searchParams.get('notice')).toBe('connect_failed');
    const reason = (await connectionOf(customer))?.reason;
    expect(['foreign_account', 'insufficient_permissions']).toContain(reason);
    expect(await customerOf(customer)).toBeUndefined();
  });

  it('SY-13 a guest, even one who is a Global Administrator there', async () => {
    const tenant = stranger();
    const service = [...world.tenant(northwind).users.values()].find(
      ({ userPrincipalName }) => userPrincipalName === serviceAccount,
    );
    const boss = [...tenant.users.values()].find(({ userPrincipalName }) => userPrincipalName === adminOf(tenant));
    if (!service || !boss) fail();
    const id = '7b0f9c1e-3f57-4a51-9d6e-0a3f3f1c2d11';
    tenant.users.set(id, {
      ...boss,
      id,
      userPrincipalName: `svc_${northwind}#EXT#@${tenant.initialDomain}`,
      userType: 'Guest',
      homeAccount: { tenantId: world.tenant(northwind).id, userId: service.id },
    });
    const page = await connectSingle(tenant.defaultDomain, serviceAccount);
    expect(page.url.searchParams.get('notice')).toBe('connect_failed');
    expect(await connectionOf(tenant)).toMatchObject({ state: 'AuthFailed', reason: 'foreign_account' });
    expect(await customerOf(tenant)).toBeUndefined();
  });

  it('SY-11 an administrator who is no Global Administrator', async () => {
    const tenant = stranger();
    const boss = [...tenant.users.values()].find(({ userPrincipalName }) => userPrincipalName === adminOf(tenant));
    if (!boss) fail();
    boss.directoryRoles = ['e8611ab8-c189-46e8-94e1-60213ab1f814'];
    const page = await connectSingle(tenant.defaultDomain, adminOf(tenant));
    expect(page.url.searchParams.get('notice')).toBe('connect_failed');
    expect(await connectionOf(tenant)).toMatchObject({ state: 'AuthFailed', reason: 'insufficient_permissions' });
  });
});

describe('beside a partner connection', () => {
  it('SY-13 discovery leaves a tenant to its single connection, and says so', async () => {
    await begin();
    const [customer] = world.customersOf(world.tenant(northwind));
    if (!customer) fail();
    await connectSingle(customer.defaultDomain, adminOf(customer));
    await connectAs(world, admin);
    const path = `/api/v1/connections/${partnerConnectionId(world.tenant(northwind).id)}/discovery`;
    const discovery = await until(async () => {
      const { body } = await world.api(admin, 'GET', path);
      return Object(body).status === 'done' && Object(body);
    });
    expect(discovery.leftAlone).toEqual([
      { tenantId: customer.id, name: customer.displayName, connectionId: idOf(customer) },
    ]);
    expect(await customerOf(customer)).toMatchObject({ connectionId: idOf(customer), sources: ['single'] });
    const page = await admin.get(`${world.publicUrl}/connections`);
    expect(page.text).toContain('has a connection of its own');
  });
});

describe('while Microsoft has not let the app in yet', () => {
  it('SY-22 waits with Auth pending, and connects by a later look', async () => {
    await begin({ settings: { propagationDelayMs: 40 * SECOND_MS } });
    const tenant = stranger();
    const page = await connectSingle(tenant.defaultDomain, adminOf(tenant));
    expect(page.url.searchParams.get('notice')).toBe('single_pending');
    expect((await connectionOf(tenant))?.state).toBe('AuthPending');
    for (let passed = 0; passed < 6; passed += 1) {
      world.clock.advance(20 * SECOND_MS);
      if (await until(async () => (await connectionOf(tenant))?.state === 'Connected', 1_000).catch(() => false)) break;
    }
    expect((await connectionOf(tenant))?.state).toBe('Connected');
    expect(await customerOf(tenant)).toMatchObject({ connectionId: idOf(tenant) });
  });

  it('SY-23a ends in Auth failed, with what Microsoft said, when it never does', async () => {
    await begin({ settings: { neverPropagate: true } });
    const tenant = stranger();
    await connectSingle(tenant.defaultDomain, adminOf(tenant));
    world.clock.advance(16 * MINUTE_MS);
    const { body } = await world.api(admin, 'GET', `/api/v1/connections/${idOf(tenant)}`);
    expect(Object(body)).toMatchObject({ state: 'AuthFailed' });
    expect(await customerOf(tenant)).toBeUndefined();
  });
});
