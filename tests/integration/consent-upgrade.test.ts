// The customer app asks for one permission more than it did: what becomes of the consents that were given before, and how
// they come back.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { CUSTOMER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { HOUR_MS } from '../../shared/clock.ts';
import { consentDoc } from '../../shared/consent/documents.ts';
import { permissionSetVersion } from '../../shared/microsoft/permissions.ts';
import { readAs, updateDoc } from '../../shared/store/scoped.ts';
import { dispatch } from '../../shared/sync/dispatcher.ts';
import { consentAs, linkOf, northwind, openConnected, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

const added = 'GroupMember.Read.All';
let world: TestWorld;
let msp: HttpBrowser;
let tenant: Tenant;
const admin = () => `admin@${tenant.defaultDomain}`;
const customers = () => world.workspace(world.tenant(northwind)).customers;
const consent = async () => (await readAs(customers(), `consent:${tenant.id}`, consentDoc))?.doc;
const customer = async () => Object((await world.api(msp, 'GET', `/api/v1/customers/${tenant.id}`)).body);
const contacts = async () => Object((await world.api(msp, 'GET', `/api/v1/contacts?tenantId=${tenant.id}`)).body).items;

/** A customer that consented to version 1, as that version left it: four roles, and the number of the set. */
beforeEach(async () => {
  const functions = functionList.filter(({ kind }) => kind !== 'timer');
  world = await startTestWorld({ functions, mix: 'all-active', customers: 1, usersPerCustomer: 6 });
  msp = await openConnected(world);
  const [first] = world.customersOf(world.tenant(northwind));
  if (!first) throw new Error('Northwind has no customer.');
  tenant = first;
  await consentAs(world, world.openBrowser(), await linkOf(world, msp, tenant), admin());
  await until(async () => (await customer()).sync?.status === 'Success');
  withdraw();
  await updateDoc(
    customers(),
    `consent:${tenant.id}`,
    consentDoc,
    (stored) => stored && { ...stored, permissionSet: 1 },
  );
}, 60_000);
afterEach(() => world.close());

function withdraw(role = added): void {
  const principal = tenant.servicePrincipals.get(CUSTOMER_APP_ID);
  if (principal) principal.appRoles = principal.appRoles.filter((granted) => granted.role !== role);
}

/** A day passes, and what fell due is done. */
async function aDayLater(): Promise<void> {
  await dispatch(world.app);
  world.clock.advance(24 * HOUR_MS);
  await world.signIn(msp, serviceAccount);
  await dispatch(world.app);
}

const upgradeNeeded = () => until(async () => (await consent())?.status === 'UpgradeNeeded');

describe('a consent of an older version', () => {
  beforeEach(async () => {
    await aDayLater();
    await upgradeNeeded();
  });

  it('G2-03 is noticed within a day, with words that say what is new and that nothing is lost', async () => {
    const { explanation, evidence } = (await consent()) ?? {};
    expect(explanation).toMatchObject({ code: 'permissions_missing', whoActs: 'customer' });
    expect(explanation?.meaning).toBe(
      `Tenantry asks for more since this customer consented: ${added} (Contacts by group).`,
    );
    expect(explanation?.whatToDo).toContain('What was synced is kept');
    expect(evidence).not.toBeNull();
    const { document } = await msp.get(`${world.publicUrl}/customers/${tenant.id}`);
    expect(document?.querySelector('main')?.textContent).toContain('Upgrade needed');
    expect(document?.querySelector('main')?.textContent).toContain(added);
  });

  it('is told on the timeline, once', async () => {
    const told = async () => {
      const { body } = await world.api(msp, 'GET', `/api/v1/customers/${tenant.id}/timeline`);
      return Object(body).items.filter(({ kind }: { kind: string }) => kind === 'consent.upgradeNeeded');
    };
    await until(async () => (await told()).length > 0);
    await aDayLater();
    await world.api(msp, 'POST', `/api/v1/customers/${tenant.id}/consent/check`);
    expect(await told()).toHaveLength(1);
  });

  it('pauses the sync and keeps the data, which says since when it stands still', async () => {
    await until(async () => (await customer()).sync?.status === 'Paused');
    const { readiness, sync } = await customer();
    expect(readiness).toMatchObject({ ready: false, blockers: [{ code: 'consent_UpgradeNeeded', action: 'consent' }] });
    expect(sync.counts.users).toBe(tenant.users.size);
    const kept = await contacts();
    expect(kept).toHaveLength(tenant.users.size);
    for (const contact of kept) expect(contact).toMatchObject({ state: 'paused', since: sync.statusSince });
    const refused = await world.api(msp, 'POST', `/api/v1/customers/${tenant.id}/sync`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'consent_UpgradeNeeded' } });
    const groups = await world.api(msp, 'GET', `/api/v1/customers/${tenant.id}/groups`);
    expect(groups).toMatchObject({ status: 409, body: { code: 'consent_UpgradeNeeded' } });
  });

  it('comes back with a new consent: granted anew, synced again, and groups can be chosen', async () => {
    const customerBrowser = world.openBrowser();
    const path = await linkOf(world, msp, tenant);
    const landing = await customerBrowser.get(`${world.publicUrl}${path}`);
    expect(landing.text).toContain('The names of your groups and who is in them');
    await consentAs(world, customerBrowser, path, admin());
    await until(async () => (await consent())?.status === 'Granted');
    expect(await consent()).toMatchObject({ permissionSet: permissionSetVersion, explanation: null });
    await until(async () => (await customer()).sync?.status === 'Success');
    for (const contact of await contacts()) expect(contact).toMatchObject({ state: 'synced', since: null });
    const groups = await world.api(msp, 'GET', `/api/v1/customers/${tenant.id}/groups`);
    expect(groups.status).toBe(200);
    expect(Object(groups.body).items.length).toBe(tenant.groups.size);
  });

  it('comes back by itself when the administrator grants it in the Entra admin centre', async () => {
    const principal = tenant.servicePrincipals.get(CUSTOMER_APP_ID);
    const [any] = principal?.appRoles ?? [];
    if (any) principal?.appRoles.push({ ...any, role: added });
    const { body } = await world.api(msp, 'POST', `/api/v1/customers/${tenant.id}/consent/check`);
    expect(body).toMatchObject({ consent: { status: 'Granted', permissionSet: permissionSetVersion } });
    await until(async () => (await customer()).sync?.status === 'Success');
  });

  it('stays what it is through a journey that nobody ends, and one that is declined', async () => {
    const path = await linkOf(world, msp, tenant);
    const before = await consent();
    await world.openBrowser().post(`${world.publicUrl}${path}/start`, {}, { stopBefore: () => true });
    world.clock.advance(2 * HOUR_MS);
    expect((await consent())?.status).toBe('UpgradeNeeded');
    const declining = world.openBrowser();
    await declining.post(`${world.publicUrl}${path}/start`, {});
    await passMicrosoft(declining, admin(), { consent: 'cancel' });
    expect(await consent()).toEqual(before);
  });
});

it('a consent that covers the new version already is of that version from the next look on', async () => {
  const principal = tenant.servicePrincipals.get(CUSTOMER_APP_ID);
  const [any] = principal?.appRoles ?? [];
  if (any) principal?.appRoles.push({ ...any, role: added });
  await aDayLater();
  await until(async () => (await consent())?.permissionSet === permissionSetVersion);
  expect(await consent()).toMatchObject({ status: 'Granted' });
});

it('a customer that takes away what it had granted is told apart from one that was never asked', async () => {
  withdraw('User.Read.All');
  await aDayLater();
  await upgradeNeeded();
  const { explanation } = (await consent()) ?? {};
  expect(explanation?.meaning).toMatch(/^The consent does not cover User\.Read\.All/);
});
