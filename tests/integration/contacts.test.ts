// Contacts over the simulated Microsoft: what is synced is found, by text, filter and group; as a page, as CSV and by the
// API; and Sync customers and Sync users, in that order.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { CUSTOMER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { MINUTE_MS } from '../../shared/clock.ts';
import { customerDoc } from '../../shared/customers/documents.ts';
import { readAs } from '../../shared/store/scoped.ts';
import { connectAs, consentAs, discovered, linkOf, northwind, serviceAccount } from './kit/connected.ts';
import { keptContact, putFormer } from './kit/contacts.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

let world: TestWorld;
let msp: HttpBrowser;
const customer = (index: number): Tenant => must(world.customersOf(world.tenant(northwind))[index]);
const get = async (path: string) => world.api(msp, 'GET', `/api/v1/${path}`);
const items = (body: unknown): Record<string, unknown>[] => Object(body).items;
const workspace = () => world.workspace(world.tenant(northwind));

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The scenario has no such thing.');
  return value;
}
/** In the two customers that are synced. */
const everyone = () => usersOf(customer(0)).length + usersOf(customer(1)).length;
const usersOf = (tenant: Tenant) =>
  [...tenant.users.values()].filter(({ deletedDateTime }) => deletedDateTime === null);

/** Three customers, two of which have consented and are synced. */
beforeAll(async () => {
  world = await startTestWorld({ functions: functionList, mix: 'all-active', customers: 3, usersPerCustomer: 12 });
  msp = world.openBrowser();
  await world.signIn(msp, serviceAccount);
}, 120_000);
afterAll(() => world?.close());

async function synced(tenant: Tenant): Promise<void> {
  await consentAs(world, world.openBrowser(), await linkOf(world, msp, tenant), `admin@${tenant.defaultDomain}`);
  await until(async () => {
    const { body } = await get(`customers/${tenant.id}`);
    return Object(body).sync?.status === 'Success';
  });
}

describe('before there is anything', () => {
  it('MP-12 the page says what will be here, and how to begin', async () => {
    const { document } = await msp.get(`${world.publicUrl}/contacts`);
    expect(document?.querySelector('main')?.textContent).toContain('No contacts yet');
    expect(document?.querySelector('main')?.textContent).toContain('Begin by connecting');
    expect(document?.querySelector('form[action="/contacts"]')).toBeNull();
    expect((await get('contacts')).body).toEqual({ items: [], cursor: null, searched: 0, customers: 0, contacts: 0 });
  });

  it('MP-11 neither customers nor users are synced without a connection', async () => {
    for (const path of ['sync-customers', 'sync-users']) {
      const { status, body } = await world.api(msp, 'POST', `/api/v1/contacts/${path}`);
      expect(status).toBe(409);
      expect(body).toMatchObject({ code: 'not_connected', detail: expect.stringContaining('Connect') });
    }
  });
});

describe('with customers that are synced', () => {
  beforeAll(async () => {
    await connectAs(world, msp);
    await discovered(world, msp);
  }, 60_000);

  it('MP-11 users wait until a customer is ready, and the button says why', async () => {
    const refused = await world.api(msp, 'POST', '/api/v1/contacts/sync-users');
    expect(refused).toMatchObject({ status: 409, body: { code: 'none_ready' } });
    const { document } = await msp.get(`${world.publicUrl}/contacts`);
    const button = document?.querySelector('form[action="/contacts/sync-users"] button');
    expect(button?.hasAttribute('disabled')).toBe(true);
    expect(document?.getElementById('sync-blocked')?.textContent).toContain('No customer can be synced yet');
  });

  it('MP-01 MP-12 shows the people of every synced tenant with mobile number, e-mail address and customer', async () => {
    await synced(customer(0));
    await synced(customer(1));
    const { body } = await get('contacts');
    const people = [customer(0), customer(1)].flatMap((tenant) =>
      usersOf(tenant).map(({ id, displayName, mail, mobilePhone, department, officeLocation, userType }) => ({
        tenantId: tenant.id,
        customerName: tenant.displayName,
        userId: id,
        ...{ displayName, mail, mobilePhone, department, officeLocation, userType },
        state: 'synced',
      })),
    );
    expect(items(body)).toHaveLength(people.length);
    for (const person of people) expect(items(body)).toContainEqual(expect.objectContaining(person));
    expect(body).toMatchObject({ cursor: null, customers: 2, searched: 2, contacts: people.length });
  });

  it('MP-12 the page shows them as a table, each leading to the person, the number and the address', async () => {
    const { document } = await msp.get(`${world.publicUrl}/contacts`);
    expect(document?.querySelector('h1')?.textContent).toBe(`${everyone()} contacts of 2 customers`);
    expect(document?.querySelectorAll('tbody tr')).toHaveLength(everyone());
    const person = must(usersOf(customer(0)).find(({ mobilePhone, mail }) => mobilePhone !== null && mail !== null));
    const row = must(document?.querySelector(`tr[data-user="${person.id}"]`) ?? undefined);
    expect(row.querySelector('th a')?.getAttribute('href')).toBe(`/contacts/${customer(0).id}/${person.id}`);
    expect(row.querySelector('a[href^="tel:"]')?.getAttribute('href')).toBe(
      `tel:${person.mobilePhone?.replaceAll(' ', '')}`,
    );
    expect(row.querySelector('a[href^="mailto:"]')?.textContent).toBe(person.mail);
    expect(row.textContent).toContain('Synced');
  });

  it.each([
    ['userType', 'guest', ({ userType }: { userType: string | null }) => userType === 'Guest'],
    ['hasMobile', 'false', ({ mobilePhone }: { mobilePhone: string | null }) => mobilePhone === null],
  ] as const)('MP-12 filters by %s', async (name, value, matches) => {
    const { body } = await get(`contacts?${name}=${value}`);
    const expected = [customer(0), customer(1)].flatMap(usersOf).filter(matches);
    expect(
      items(body)
        .map(({ userId }) => userId)
        .sort(),
    ).toEqual(expected.map(({ id }) => id).sort());
  });

  it('MP-12 filters by text, department, office, domain and customer', async () => {
    const [person] = usersOf(customer(1)).slice(1);
    const { id, displayName, department, officeLocation } = must(person);
    const asked = new URLSearchParams({
      text: displayName.toUpperCase(),
      department: ` ${String(department).toLowerCase()}`,
      office: String(officeLocation),
      customer: customer(1).displayName.slice(0, 6),
    });
    const found = items((await get(`contacts?${asked}`)).body);
    expect(found.map(({ userId }) => userId)).toContain(id);
    for (const one of found) expect(one).toMatchObject({ department, officeLocation, tenantId: customer(1).id });
    const ofDomain = items((await get(`contacts?domain=${customer(0).defaultDomain}`)).body);
    expect(new Set(ofDomain.map(({ tenantId }) => tenantId))).toEqual(new Set([customer(0).id]));
  });

  it.each([
    ['userType=none', 'userType'],
    ['hasMobile=perhaps', 'hasMobile'],
    ['tenantId=1', 'tenantId'],
    [`groupId=${CUSTOMER_APP_ID}`, 'groupId'],
    [`text=${'x'.repeat(201)}`, 'text'],
  ])('refuses %s and names the field', async (query, field) => {
    const { status, body } = await get(`contacts?${query}`);
    expect(status).toBe(400);
    expect(Object(body).fields).toHaveProperty(field);
  });

  it('refuses a cursor that is none, with words on the page too', async () => {
    expect((await get('contacts?cursor=junk')).status).toBe(400);
    const page = await msp.get(`${world.publicUrl}/contacts?cursor=junk`);
    expect(page.status).toBe(400);
    expect(page.text).toContain('does not lead to a part of the list');
  });
});

describe('one contact', () => {
  it('MP-12 is shown with licences, standing and age', async () => {
    const person = must(usersOf(customer(0)).find(({ assignedLicenses }) => assignedLicenses.length > 0));
    const { body } = await get(`contacts/${customer(0).id}/${person.id}`);
    expect(body).toMatchObject({ userId: person.id, displayName: person.displayName, state: 'synced' });
    const { licences, asOf } = Object(body);
    expect(licences).toHaveLength(person.assignedLicenses.length);
    expect(Date.parse(asOf)).toBe(world.clock.now());
    const { document } = await msp.get(`${world.publicUrl}/contacts/${customer(0).id}/${person.id}`);
    expect(document?.querySelector('h1')?.textContent).toBe(person.displayName);
    for (const { productName } of licences) expect(document?.querySelector('main')?.textContent).toContain(productName);
  });

  it('is not found where there is none', async () => {
    const nobody = 'b0000000-0000-4000-8000-000000000000';
    for (const path of [
      `${customer(0).id}/${nobody}`,
      `${customer(2).id}/${nobody}`,
      `${nobody}/${nobody}`,
      `${customer(0).id}/x`,
    ])
      expect((await get(`contacts/${path}`)).status).toBe(404);
  });
});

describe('groups', () => {
  const groupOf = async (name: string) => {
    const { body } = await get(`customers/${customer(0).id}/groups`);
    return must(items(body).find((group) => group['name'] === name))['groupId'];
  };

  it('MP-12 are read from Microsoft for one customer, by name', async () => {
    const { status, body } = await get(`customers/${customer(0).id}/groups`);
    expect(status).toBe(200);
    expect(items(body).map(({ name }) => name)).toEqual(
      [...customer(0).groups.values()].map(({ displayName }) => displayName).sort((a, b) => a.localeCompare(b, 'en')),
    );
    expect(Object(body).complete).toBe(true);
  });

  it('MP-12 leave their members, those through other groups too', async () => {
    const [person] = usersOf(customer(0)).slice(1);
    const { department } = must(person);
    const team = await get(`contacts?tenantId=${customer(0).id}&groupId=${await groupOf(`Team ${department}`)}`);
    const expected = usersOf(customer(0)).filter((user) => user.department === department);
    expect(
      items(team.body)
        .map(({ userId }) => userId)
        .sort(),
    ).toEqual(expected.map(({ id }) => id).sort());
    const all = await get(`contacts?tenantId=${customer(0).id}&groupId=${await groupOf('All teams')}`);
    expect(items(all.body)).toHaveLength(usersOf(customer(0)).filter((user) => user.department !== null).length);
    const none = await get(`contacts?tenantId=${customer(0).id}&groupId=${await groupOf('Archive')}`);
    expect(none).toMatchObject({ status: 200, body: { items: [], cursor: null } });
  });

  it('a group that Microsoft does not know is not found; a group needs its customer', async () => {
    const unknown = await get(`contacts?tenantId=${customer(0).id}&groupId=${CUSTOMER_APP_ID}`);
    expect(unknown.status).toBe(404);
    expect((await get(`contacts?groupId=${await groupOf('Archive')}`)).status).toBe(400);
  });

  it('are cut off where there are more than anybody can choose from, and the page says so', async () => {
    const { groups } = customer(1);
    const own = new Map(groups);
    for (let index = 0; index < 5_000; index += 1) {
      const id = `d0000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      groups.set(id, { id, displayName: `Project ${index}`, securityEnabled: true, memberIds: [] });
    }
    const { body } = await get(`customers/${customer(1).id}/groups`);
    expect(body).toMatchObject({ complete: false });
    expect(items(body).length).toBe(5 * 999);
    const { document } = await msp.get(`${world.publicUrl}/contacts?tenantId=${customer(1).id}`);
    expect(document?.querySelector('form[action="/contacts"]')?.textContent).toContain('There are more groups');
    groups.clear();
    for (const [id, group] of own) groups.set(id, group);
  });

  it('of a customer that may not be read are not read, with what stands in the way', async () => {
    const { status, body } = await get(`customers/${customer(2).id}/groups`);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'consent_NotRequested' });
    expect((await get(`customers/${CUSTOMER_APP_ID}/groups`)).status).toBe(404);
  });

  it('the page offers them once a customer is chosen, and keeps working where they cannot be read', async () => {
    const chosen = await msp.get(`${world.publicUrl}/contacts?tenantId=${customer(0).id}`);
    expect(chosen.document?.querySelectorAll('select[name="groupId"] option').length).toBe(customer(0).groups.size + 1);
    const named = await msp.get(`${world.publicUrl}/contacts?customer=${customer(0).defaultDomain}`);
    expect(named.document?.querySelector('h1')?.textContent).toBe(`Contacts of ${customer(0).displayName}`);
    expect(named.document?.querySelectorAll('select[name="groupId"] option').length).toBe(customer(0).groups.size + 1);
    const principal = must(customer(0).servicePrincipals.get(CUSTOMER_APP_ID));
    const roles = principal.appRoles;
    principal.appRoles = roles.filter(({ role }) => role !== 'GroupMember.Read.All');
    try {
      world.clock.advance(2 * 60 * MINUTE_MS);
      await world.signIn(msp, serviceAccount);
      const without = await msp.get(`${world.publicUrl}/contacts?tenantId=${customer(0).id}`);
      expect(without.status).toBe(200);
      expect(without.document?.querySelector('[data-code="groups_not_consented"]')).not.toBeNull();
      expect(without.document?.querySelectorAll('tbody tr')).toHaveLength(usersOf(customer(0)).length);
    } finally {
      principal.appRoles = roles;
      world.clock.advance(2 * 60 * MINUTE_MS);
      await world.signIn(msp, serviceAccount);
    }
  });
});

describe('as CSV', () => {
  const lines = (text: string) => text.replace('\uFEFF', '').split('\r\n').slice(0, -1);

  it('MP-12 every match comes in one file, with numbers that can be dialled', async () => {
    const { status, headers, text } = await msp.fetch('GET', `${world.publicUrl}/api/v1/contacts/export`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="contacts-\d{4}-\d\d-\d\d\.csv"$/);
    expect(headers.get('link')).toBeNull();
    expect(text.replace('\uFEFF', '').startsWith('Customer,Customer domain,Name,Mobile,E-mail,')).toBe(true);
    expect(lines(text)).toHaveLength(1 + everyone());
    const person = must(usersOf(customer(0)).find(({ mobilePhone }) => mobilePhone !== null));
    expect(text).toContain(`,${person.displayName},${person.mobilePhone},`);
  });

  it('holds what the filter leaves, a group too', async () => {
    const guests = await msp.fetch('GET', `${world.publicUrl}/api/v1/contacts/export?userType=guest`);
    const expected = [customer(0), customer(1)].flatMap(usersOf).filter(({ userType }) => userType === 'Guest');
    expect(lines(guests.text)).toHaveLength(1 + expected.length);
    const group = must([...customer(0).groups.values()].find(({ displayName }) => displayName === 'All teams'));
    const path = `/api/v1/contacts/export?tenantId=${customer(0).id}&groupId=${group.id}`;
    const team = await msp.fetch('GET', `${world.publicUrl}${path}`);
    expect(lines(team.text)).toHaveLength(1 + usersOf(customer(0)).filter((user) => user.department !== null).length);
  });

  it('runs nothing that somebody wrote into a name', async () => {
    const { directory } = workspace();
    const partition = directory(customer(1).id);
    const person = must(usersOf(customer(1))[1]);
    const stored = must(await partition.read(`user:${person.id}`));
    await partition.replace({ ...stored.doc, displayName: '=HYPERLINK("https://evil.example","x")' }, stored.etag);
    const { text } = await msp.fetch(
      'GET',
      `${world.publicUrl}/api/v1/contacts/export?customer=${customer(1).defaultDomain}`,
    );
    expect(text).toContain(`"'=HYPERLINK(""https://evil.example"",""x"")"`);
    const page = await msp.get(`${world.publicUrl}/contacts?text=hyperlink`);
    expect(page.document?.querySelector('tbody th a')?.textContent).toBe('=HYPERLINK("https://evil.example","x")');
  });

  it('names its parts, which the page links to', async () => {
    const { body } = await get('contacts/export-parts');
    expect(items(body)).toMatchObject([{ customers: 2, contacts: everyone(), until: null }]);
    const { document } = await msp.get(`${world.publicUrl}/contacts`);
    const href = must(
      document?.querySelector('a[href^="/api/v1/contacts/export?"]')?.getAttribute('href') ?? undefined,
    );
    const { text } = await msp.fetch('GET', `${world.publicUrl}${href}`);
    expect(lines(text)).toHaveLength(1 + everyone());
    expect((await get('contacts/export?from=junk')).status).toBe(400);
  });
});

describe('Sync customers, then Sync users', () => {
  it('MP-11 customers first: users are refused while customers are being read', async () => {
    const { connectionIds } = Object((await world.api(msp, 'POST', '/api/v1/contacts/sync-customers')).body);
    expect(connectionIds).toHaveLength(1);
    const early = await world.api(msp, 'POST', '/api/v1/contacts/sync-users');
    if (early.status !== 202) expect(early).toMatchObject({ status: 409, body: { code: 'customers_first' } });
    await discovered(world, msp);
    const { body } = await get('contacts/sync');
    expect(body).toMatchObject({ usersBlocked: null, customers: [{ underWay: false, discovery: { status: 'done' } }] });
  });

  it('MP-11 users of every customer that can be synced are read, and the progress comes to its end', async () => {
    world.clock.advance(MINUTE_MS);
    const page = await world.postForm(msp, '/contacts/sync-users');
    expect(page.url.pathname).toBe('/contacts');
    expect(page.document?.querySelector('.banner')?.textContent).toContain('being read');
    const users = await until(async () => {
      const progress = Object((await get('contacts/sync')).body).users;
      return progress.underWay === false && progress;
    });
    expect(users).toMatchObject({ total: 2, done: 2, failed: 0 });
    for (const tenant of [customer(0), customer(1)]) {
      const { body } = await get(`customers/${tenant.id}`);
      expect(body).toMatchObject({ sync: { status: 'Success' } });
      expect(Date.parse(Object(body).lastSyncAt)).toBe(world.clock.now());
    }
    // Nobody asked for the one that has not consented.
    expect(Object((await get(`customers/${customer(2).id}`)).body).sync).toBeNull();
  });
});

describe('contacts that were kept', () => {
  it('SY-44 are shown as no longer synced, with the day, and found by the filter', async () => {
    const gone = 'a0000000-0000-4000-8000-000000000099';
    await putFormer(workspace(), { tenantId: gone, name: 'Former Customer' }, [keptContact(99, 0), keptContact(99, 1)]);
    const { body } = await get('contacts?state=ended');
    expect(items(body)).toHaveLength(2);
    for (const contact of items(body))
      expect(contact).toMatchObject({
        customerName: 'Former Customer',
        state: 'ended',
        since: '2026-01-15T00:00:00.000Z',
      });
    const { document } = await msp.get(`${world.publicUrl}/contacts?state=ended`);
    expect(document?.querySelectorAll('tr[data-state="ended"]')).toHaveLength(2);
    expect(document?.querySelector('tbody')?.textContent).toContain('No longer synced');
    const person = await msp.get(`${world.publicUrl}/contacts/${gone}/${keptContact(99, 0).userId}`);
    expect(person.document?.querySelector('.banner')?.textContent).toContain('The connection that was removed');
    expect((await get(`customers/${gone}/groups`)).status).toBe(404);
    const chosen = await msp.get(`${world.publicUrl}/contacts?tenantId=${gone}`);
    expect(chosen.document?.querySelector('[data-code="customer_removed"]')?.textContent).toContain('Connect it again');
    expect(chosen.document?.querySelector('h1')?.textContent).toBe('Contacts of Former Customer');
    expect(await readAs(workspace().customers, `customer:${gone}`, customerDoc)).toBeUndefined();
  });
});

describe('when the connection is removed', () => {
  it('SY-44 MP-12 everyone stays as a contact that is no longer synced, and nothing else of them', async () => {
    const people = [customer(0), customer(1)].flatMap(usersOf);
    const { body: listed } = await get('connections');
    const [{ connectionId }] = Object(listed).items;
    expect((await world.api(msp, 'DELETE', `/api/v1/connections/${connectionId}`)).status).toBe(202);
    const kept = await until(async () => {
      const { body } = await get(`contacts?state=ended&customer=${customer(0).defaultDomain.split('.')[0]}`);
      return items(body).length === usersOf(customer(0)).length && items(body);
    }, 30_000);
    for (const contact of kept)
      expect(contact).toMatchObject({ state: 'ended', customerName: customer(0).displayName });
    await until(async () => Object((await get('contacts')).body).contacts === people.length + 2, 30_000);
    const [person] = kept;
    const { body } = await get(`contacts/${customer(0).id}/${person?.['userId']}`);
    expect(body).toMatchObject({ state: 'ended', licences: null, formerConnection: 'Northwind' });
    const { text } = await msp.fetch('GET', `${world.publicUrl}/api/v1/contacts/export`);
    expect(text.split('no longer synced').length - 1).toBe(people.length + 2);
    const page = await msp.get(`${world.publicUrl}/contacts`);
    expect(page.document?.querySelector('h1')?.textContent).toBe(`${people.length + 2} contacts of 3 customers`);
    expect((await world.api(msp, 'POST', '/api/v1/contacts/sync-users')).status).toBe(409);
  });
});
