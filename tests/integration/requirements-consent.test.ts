// What the four products say of consent, readiness and what is read then, sentence by sentence, over the simulated Microsoft.
import { afterEach, describe, expect, it } from 'vitest';
import { httpFunctions } from '../../functions/http/routes.ts';
import { pageFunctions } from '../../functions/portal/pages.ts';
import { consentFunction } from '../../functions/workers/consent.ts';
import { discoverFunction } from '../../functions/workers/discover.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import type { ScenarioGdapStatus, Tenant } from '../../infra/local/microsoft/world.ts';
import { customerAppPermissions } from '../../shared/microsoft/permissions.ts';
import { workSync } from '../../shared/sync/work-sync.ts';
import {
  connectionIdOf,
  consentAs,
  customerOf,
  discovered,
  linkOf,
  northwind,
  openConnected,
  rowOf,
  serviceAccount,
} from './kit/connected.ts';
import { startTestWorld, type TestWorld, type TestWorldOptions } from './kit/world.ts';

let world: TestWorld;
let msp: HttpBrowser;
afterEach(() => world.close());

/** Everything but the worker of syncs: a test says when a customer is synced. */
const functions = [...httpFunctions, ...pageFunctions, consentFunction, discoverFunction];

async function begin(options: TestWorldOptions = {}): Promise<Tenant[]> {
  world = await startTestWorld({ mix: 'all-active', functions, ...options });
  msp = await openConnected(world);
  return world.customersOf(world.tenant(northwind));
}
const adminOf = ({ defaultDomain }: Tenant) => `admin@${defaultDomain}`;
const consent = async (tenant: Tenant, upn: string, browser = world.openBrowser()) =>
  consentAs(world, browser, await linkOf(world, msp, tenant), upn);
const sync = ({ id }: Tenant) =>
  workSync(
    world.app,
    { kind: 'run', workspaceId: world.tenant(northwind).id, tenantId: id, trigger: 'consented', attempt: 1 },
    `run:${id}`,
  );
const standing = async (tenant: Tenant) => {
  const { screen, readiness, consent: given, sync: row } = await customerOf(world, tenant);
  return { screen, ready: readiness.ready, consent: given?.status, sync: row?.status };
};
function customerWith(status: ScenarioGdapStatus): Tenant {
  const partnerTenantId = world.tenant(northwind).id;
  const found = world.microsoft.world.scenarioStatuses.find(
    (one) => one.gdapStatus === status && one.partnerTenantId === partnerTenantId,
  );
  const tenant = found && world.microsoft.world.tenants.get(found.customerTenantId);
  if (!tenant) throw new Error(`No customer is ${status}.`);
  return tenant;
}

describe('two ways to consent', () => {
  it('G2-05 G2-15 G2-16 each customer by its own administrator or by one account of the MSP, with the same result', async () => {
    const [first, second, third] = await begin();
    if (!first || !second || !third) throw new Error('The scenario has fewer than three customers.');
    await consent(first, adminOf(first));
    expect(await standing(second)).toMatchObject({ ready: false, consent: undefined });
    await consent(second, serviceAccount);
    for (const tenant of [first, second]) await sync(tenant);
    const expected = { screen: 'Active', ready: true, consent: 'Granted', sync: 'Success' };
    expect(await standing(first)).toEqual(expected);
    expect(await standing(second)).toEqual(expected);
    // One at a time: the third was asked by nobody.
    expect(await standing(third)).toMatchObject({ screen: 'NotRequested', ready: false, consent: undefined });
  });

  it('G2-17 one account of the MSP consents customer after customer, signing in once', async () => {
    const customers = await begin();
    const browser = world.openBrowser();
    const askedWho: boolean[] = [];
    for (const tenant of customers) {
      await browser.get(`${world.publicUrl}${await linkOf(world, msp, tenant)}`);
      await browser.submit('form[action$="/start"]');
      askedWho.push(browser.page().document?.querySelector('input[name=step][value=pick]') != null);
      await consent(tenant, serviceAccount, browser);
    }
    expect(askedWho).toEqual([true, false, false]);
    for (const tenant of customers) expect(await standing(tenant)).toMatchObject({ ready: true });
  });

  it('G2-18 an account of the MSP consents with both roles through GDAP, not with Application Administrator alone', async () => {
    const [tenant] = await begin();
    if (!tenant) throw new Error('The scenario has no customer.');
    const upn = `tariq.technician@${northwind}`;
    const join = (role: string) => {
      const { groups, users } = world.tenant(northwind);
      const account = [...users.values()].find(({ userPrincipalName }) => userPrincipalName === upn);
      const group = [...groups.values()].find(({ displayName }) => displayName === `GDAP - ${role}`);
      if (!account || !group) throw new Error('The scenario has no such account or group.');
      group.memberIds.push(account.id);
    };
    join('Application Administrator');
    expect((await consent(tenant, upn)).url.origin).toBe(world.microsoft.origins.login);
    expect((await standing(tenant)).ready).toBe(false);
    join('Privileged Role Administrator');
    expect((await consent(tenant, upn)).url.pathname).toBe('/consent-result');
    expect((await standing(tenant)).ready).toBe(true);
  });
});

describe('readiness', () => {
  it('G1-16 G1-18 G2-12 G2-13 the row offers consent, and Refresh shows the customer Ready once it was given', async () => {
    const [tenant] = await begin();
    if (!tenant) throw new Error('The scenario has no customer.');
    const before = await rowOf(world, msp, tenant);
    expect(before.querySelector('td[data-label=GDAP] .status')?.textContent).toBe('Active');
    const button = `form[action="/customers/${tenant.id}/consent-links"]`;
    expect(before.querySelector(`td[data-label=Consent] ${button}`)?.textContent).toContain('Consent');
    await consent(tenant, adminOf(tenant));
    await world.postForm(msp, `/connections/${await connectionIdOf(world, msp)}/refresh`);
    await discovered(world, msp);
    const after = await rowOf(world, msp, tenant);
    expect(after.getAttribute('data-screen')).toBe('Active');
    expect(after.querySelector('td[data-label=Consent]')?.textContent).toContain('Granted');
    expect(after.querySelector(`td[data-label=Consent] ${button}`)).toBeNull();
    expect(msp.page().document?.querySelector('nav.groups')?.textContent).toContain('Ready 1');
  });

  it('G1-17 G2-06 a customer without a GDAP relationship is not Ready by consent alone', async () => {
    await begin({ mix: 'default', customers: 12 });
    const tenant = customerWith('Missing');
    await consent(tenant, adminOf(tenant));
    expect(await standing(tenant)).toMatchObject({ screen: 'Missing', ready: false, consent: 'Granted' });
    const { readiness } = await customerOf(world, tenant);
    expect(readiness.blockers.map(({ code, action }) => [code, action])).toEqual([['gdap_Missing', 'requestGdap']]);
  });
});

describe('the words of consent', () => {
  it('G2-01 the page for a customer names everything that will be read, with its reason, before Microsoft asks', async () => {
    const [tenant] = await begin();
    if (!tenant) throw new Error('The scenario has no customer.');
    const { document } = await world.openBrowser().get(`${world.publicUrl}${await linkOf(world, msp, tenant)}`);
    const items =
      document
        ?.querySelectorAll('ul')[0]
        ?.querySelectorAll('li')
        .map(({ text }) => text.trim()) ?? [];
    expect(items).toHaveLength(customerAppPermissions.length);
    for (const [index, { permission, reads, why }] of customerAppPermissions.entries())
      for (const words of [permission, reads, why]) expect(items[index]).toContain(words);
    expect(document?.querySelectorAll('form')).toHaveLength(1);
    const visible = document?.querySelector('main')?.textContent ?? '';
    for (const jargon of ['OAuth', 'service principal', 'scope', 'GDAP', 'token', 'delegated', 'AADSTS'])
      expect(visible.toLowerCase()).not.toContain(jargon.toLowerCase());
  });

  it('G2-19 where a link is handed out, Partner Center is one link away to check the account', async () => {
    const [tenant] = await begin();
    if (!tenant) throw new Error('The scenario has no customer.');
    await linkOf(world, msp, tenant);
    const { document } = await msp.get(`${world.publicUrl}/customers/${tenant.id}`);
    const section = document?.querySelector('#consent');
    expect(section?.textContent).toContain('Privileged Role Administrator and Application Administrator');
    expect(section?.querySelector('a')?.getAttribute('href')).toMatch(/^https:\/\/partner\.microsoft\.com\//);
  });
});

describe('what is read', () => {
  it('SP-13 a customer that consented shows that its first sync may take 48 hours, until it was synced', async () => {
    const [tenant] = await begin();
    if (!tenant) throw new Error('The scenario has no customer.');
    const words = 'the first sync may take up to 48 hours';
    await consent(tenant, adminOf(tenant));
    const waiting = await rowOf(world, msp, tenant);
    expect(waiting.querySelector('td[data-label=Sync]')?.textContent).toBe('Pending');
    expect(waiting.textContent).toContain(words);
    await sync(tenant);
    const synced = await rowOf(world, msp, tenant);
    expect(synced.querySelector('td[data-label=Sync]')?.textContent).toBe('Success');
    expect(synced.textContent).not.toContain(words);
  });

  it('SP-01 MP-10 customers that GDAP reaches are listed together, each with what its own tenant holds', async () => {
    const customers = await begin();
    for (const tenant of customers) {
      await consent(tenant, adminOf(tenant));
      await sync(tenant);
    }
    const reached = [...world.microsoft.world.relationships.values()]
      .filter(({ partnerTenantId }) => partnerTenantId === world.tenant(northwind).id)
      .map(({ customerTenantId }) => customerTenantId);
    const { document } = await msp.get(`${world.publicUrl}/connections`);
    const rows = document?.querySelectorAll('#customers tbody tr') ?? [];
    expect(rows.map((row) => row.getAttribute('data-tenant')).sort()).toEqual([...new Set(reached)].sort());
    for (const tenant of customers) {
      const row = await rowOf(world, msp, tenant);
      expect(row.querySelector('th a')?.textContent).toBe(tenant.displayName);
      expect(row.querySelector('td[data-label=Users]')?.textContent).toBe(String(tenant.users.size));
    }
  });

  it('G2-03 connecting, consenting and syncing change nothing in the tenant but the entry of the app', async () => {
    const [tenant] = await begin();
    if (!tenant) throw new Error('The scenario has no customer.');
    const { servicePrincipals: _, ...before } = structuredClone(tenant);
    await consent(tenant, adminOf(tenant));
    await sync(tenant);
    expect(await standing(tenant)).toMatchObject({ sync: 'Success' });
    const { servicePrincipals, ...after } = structuredClone(tenant);
    expect(after).toEqual(before);
    expect(servicePrincipals.size).toBe(1);
  });

  it('SY-15 with syncing before mapping off, nothing but the name of a tenant is stored and nothing else asked for', async () => {
    const [tenant] = await begin();
    if (!tenant) throw new Error('The scenario has no customer.');
    expect((await world.api(msp, 'PATCH', '/api/v1/settings', { syncBeforeMapping: false })).status).toBe(200);
    await consent(tenant, adminOf(tenant));
    world.microsoft.stats.reset();
    await sync(tenant);
    expect(await customerOf(world, tenant)).toMatchObject({
      name: tenant.displayName,
      readiness: { ready: true },
      sync: null,
    });
    expect(world.microsoft.stats.snapshot().requests).toEqual([]);
    const held = await world.workspace(world.tenant(northwind)).directory(tenant.id).query({});
    expect(held.items).toEqual([]);
  });
});
