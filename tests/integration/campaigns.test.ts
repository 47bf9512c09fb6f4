// Campaigns over the simulated Microsoft: links for chosen customers, what becomes of each, reminders, revoking and its undoing.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { DAY_MS, HOUR_MS } from '../../shared/clock.ts';
import { campaignDoc } from '../../shared/consent/campaign-documents.ts';
import { readCampaign } from '../../shared/consent/campaign-read.ts';
import { runCampaign } from '../../shared/consent/campaign-tasks.ts';
import { MAX_DEPARTURES } from '../../shared/consent/link-visits.ts';
import { consentAs, customerOf, northwind, openConnected, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

let world: TestWorld;
let msp: HttpBrowser;
let customers: Tenant[];
beforeAll(async () => {
  world = await startTestWorld({ mix: 'all-active', customers: 9, functions: functionList });
  msp = await openConnected(world);
  customers = world.customersOf(world.tenant(northwind));
}, 60_000);
/** Clocks move by more than a session lasts. */
beforeEach(async () => {
  await world.signIn(msp, serviceAccount);
});
afterAll(() => world?.close());

const customer = (index: number): Tenant => customers[index] ?? fail();
function fail(): never {
  throw new Error('The scenario has too few customers.');
}
const adminOf = ({ defaultDomain }: Tenant) => `admin@${defaultDomain}`;

const campaignSchema = z.looseObject({
  campaignId: z.guid(),
  customers: z.number(),
  counts: z.record(z.string(), z.number()).optional(),
  task: z.unknown(),
});
const rowSchema = z.object({
  tenantId: z.string(),
  name: z.string().nullable(),
  state: z.string(),
  since: z.string().nullable(),
  explanation: z.looseObject({ code: z.string() }).nullable(),
  sentAt: z.string().nullable(),
  remindedAt: z.array(z.string()),
  openedAt: z.string().nullable(),
  link: z.looseObject({ linkId: z.guid(), address: z.string().nullable(), expiresAt: z.string() }).nullable(),
});
type Row = z.infer<typeof rowSchema>;

const at = (campaignId: string, rest = '') => `/api/v1/consent-campaigns/${campaignId}${rest}`;

async function start(choice: unknown, name = 'Autumn'): Promise<string> {
  const body = { method: 'customerAdmin', name, choice };
  const started = await world.api(msp, 'POST', '/api/v1/consent-campaigns', body);
  expect(started.status).toBe(202);
  const { campaignId } = campaignSchema.parse(started.body);
  await idle(campaignId);
  return campaignId;
}
/** Waits until nothing is being done to the campaign. */
const idle = (campaignId: string) =>
  until(async () => {
    const { body } = await world.api(msp, 'GET', at(campaignId));
    return campaignSchema.parse(body).task === null && campaignSchema.parse(body);
  });
async function rowsOf(campaignId: string, query = ''): Promise<Row[]> {
  const { body } = await world.api(msp, 'GET', at(campaignId, `/customers${query}`));
  return z.object({ items: z.array(rowSchema) }).parse(body).items;
}
async function rowOf(campaignId: string, { id }: Tenant): Promise<Row> {
  return (await rowsOf(campaignId)).find(({ tenantId }) => tenantId === id) ?? fail();
}
const doTo = (campaignId: string, { id }: Tenant, deed: string) =>
  world.api(msp, 'POST', at(campaignId, `/customers/${id}`), { do: deed });
const task = async (campaignId: string, kind: string) => {
  const { status } = await world.api(msp, 'POST', at(campaignId, '/tasks'), { kind });
  expect(status).toBe(202);
  return idle(campaignId);
};
const pathOf = (row: Row) => new URL(row.link?.address ?? '').pathname;

describe('a campaign by links', () => {
  it('G2-05 G2-12 has a link for each customer that has not consented, and for nobody else', async () => {
    const consented = customer(8);
    const single = await world.api(msp, 'POST', `/api/v1/customers/${consented.id}/consent-links`, {});
    await consentAs(
      world,
      world.openBrowser(),
      new URL(String(Object(single.body).address)).pathname,
      adminOf(consented),
    );
    expect((await customerOf(world, consented)).readiness.ready).toBe(true);

    const campaignId = await start({ matching: {} });
    const rows = await rowsOf(campaignId);
    expect(rows.map(({ tenantId }) => tenantId).sort()).toEqual(
      customers
        .slice(0, 8)
        .map(({ id }) => id)
        .sort(),
    );
    expect(rows.map(({ state }) => state)).toEqual(rows.map(() => 'toSend'));
    expect(new Set(rows.map(({ link }) => link?.address)).size).toBe(8);
  });

  it('takes the open link that a customer has already', async () => {
    const before = await start({ tenantIds: [customer(0).id] });
    const again = await start({ tenantIds: [customer(0).id] });
    expect((await rowOf(again, customer(0))).link?.address).toBe((await rowOf(before, customer(0))).link?.address);
  });

  it('shows sent, opened, at Microsoft, granted, each with its time', async () => {
    const tenant = customer(1);
    const campaignId = await start({ tenantIds: [tenant.id] });
    const now = () => new Date(world.clock.now()).toISOString();
    const states: [string, string][] = [];
    const see = async (state: string) => {
      const row = await rowOf(campaignId, tenant);
      expect([row.state, row.since]).toEqual([state, now()]);
      states.push([state, now()]);
      world.clock.advance(60_000);
    };
    await doTo(campaignId, tenant, 'markSent');
    await see('sent');
    const path = pathOf(await rowOf(campaignId, tenant));
    for (const method of ['GET', 'HEAD'])
      for (const suffix of ['', '/seen']) await fetch(`${world.publicUrl}${path}${suffix}`, { method });
    expect((await rowOf(campaignId, tenant)).state).toBe('sent');
    const visitor = world.openBrowser();
    expect((await visitor.post(`${world.publicUrl}${path}/seen`, {})).status).toBe(204);
    await see('opened');
    // Only the first time counts.
    await visitor.post(`${world.publicUrl}${path}/seen`, {});
    expect((await rowOf(campaignId, tenant)).since).toBe(states[1]?.[1]);
    const stop = { stopBefore: (url: URL) => url.pathname.endsWith('/adminconsent') };
    await visitor.post(`${world.publicUrl}${path}/start`, {}, stop);
    await see('atMicrosoft');
    await consentAs(world, world.openBrowser(), path, adminOf(tenant));
    await see('granted');
    const { counts } = await idle(campaignId);
    expect(counts).toEqual({ granted: 1 });
    const { body } = await world.api(msp, 'GET', `/api/v1/customers/${tenant.id}/timeline`);
    const kinds = Object(body).items.map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['consent.linkCreated', 'consent.linkOpened', 'consent.atMicrosoft', 'consent.granted']),
    );
  });

  it('says why it failed where the administrator declined, and that a later try worked', async () => {
    const tenant = customer(2);
    const campaignId = await start({ tenantIds: [tenant.id] });
    const path = pathOf(await rowOf(campaignId, tenant));
    const browser = world.openBrowser();
    await browser.post(`${world.publicUrl}${path}/start`, {});
    await passMicrosoft(browser, adminOf(tenant), { consent: 'cancel' });
    expect(await rowOf(campaignId, tenant)).toMatchObject({ state: 'failed', explanation: { code: 'access_denied' } });
    await consentAs(world, world.openBrowser(), path, adminOf(tenant));
    expect((await rowOf(campaignId, tenant)).state).toBe('granted');
  });

  it('forgets who went to Microsoft an hour ago and did not come back', async () => {
    const tenant = customer(3);
    const campaignId = await start({ tenantIds: [tenant.id] });
    const path = pathOf(await rowOf(campaignId, tenant));
    const stop = { stopBefore: (url: URL) => url.pathname.endsWith('/adminconsent') };
    await world.openBrowser().post(`${world.publicUrl}${path}/start`, {}, stop);
    world.clock.advance(HOUR_MS - 1);
    await world.signIn(msp, serviceAccount);
    expect((await rowOf(campaignId, tenant)).state).toBe('atMicrosoft');
    world.clock.advance(1);
    expect((await rowOf(campaignId, tenant)).state).toBe('opened');
  });

  it('leads to Microsoft only so often within an hour', async () => {
    const tenant = customer(3);
    const campaignId = await start({ tenantIds: [tenant.id] });
    const url = `${world.publicUrl}${pathOf(await rowOf(campaignId, tenant))}/start`;
    const stop = { stopBefore: (to: URL) => to.pathname.endsWith('/adminconsent') };
    const statuses = [];
    for (let count = 0; count <= MAX_DEPARTURES; count += 1)
      statuses.push((await world.openBrowser().post(url, {}, stop)).status);
    expect(statuses.filter((status) => status === 303)).toHaveLength(MAX_DEPARTURES);
    expect(statuses.at(-1)).toBe(429);
    world.clock.advance(HOUR_MS);
    expect((await world.openBrowser().post(url, {}, stop)).status).toBe(303);
  });

  it('counts and dates reminders, and renews a link that has expired', async () => {
    const tenant = customer(4);
    const campaignId = await start({ tenantIds: [tenant.id] });
    const first = await rowOf(campaignId, tenant);
    await doTo(campaignId, tenant, 'markSent');
    await doTo(campaignId, tenant, 'remind');
    const reminded = await rowOf(campaignId, tenant);
    expect(reminded.remindedAt).toEqual([new Date(world.clock.now()).toISOString()]);
    expect(reminded.link?.address).toBe(first.link?.address);
    world.clock.advance(31 * DAY_MS);
    await world.signIn(msp, serviceAccount);
    expect((await rowOf(campaignId, tenant)).state).toBe('expired');
    await doTo(campaignId, tenant, 'remind');
    const renewed = await rowOf(campaignId, tenant);
    expect(renewed).toMatchObject({ state: 'sent', remindedAt: [expect.anything(), expect.anything()] });
    expect(renewed.link?.address).not.toBe(first.link?.address);
    const draft = await world.api(msp, 'POST', at(campaignId, `/customers/${tenant.id}/draft`));
    expect(String(Object(draft.body).text)).toMatch(/^A friendly reminder/);
  });

  it('revokes one link and lets it work again, with the same address', async () => {
    const tenant = customer(5);
    const campaignId = await start({ tenantIds: [tenant.id] });
    const before = await rowOf(campaignId, tenant);
    await doTo(campaignId, tenant, 'revoke');
    expect(await rowOf(campaignId, tenant)).toMatchObject({ state: 'revoked', link: { address: null } });
    expect((await world.openBrowser().get(`${world.publicUrl}${pathOf(before)}`)).status).toBe(410);
    expect((await world.openBrowser().post(`${world.publicUrl}${pathOf(before)}/start`, {})).status).toBe(404);
    await doTo(campaignId, tenant, 'restore');
    expect((await rowOf(campaignId, tenant)).link?.address).toBe(before.link?.address);
    await consentAs(world, world.openBrowser(), pathOf(before), adminOf(tenant));
    expect((await rowOf(campaignId, tenant)).state).toBe('granted');
    expect((await doTo(campaignId, tenant, 'revoke')).status).toBe(409);
  });

  it('does not let a link work again once another took its place', async () => {
    const tenant = customer(6);
    const campaignId = await start({ tenantIds: [tenant.id] });
    await doTo(campaignId, tenant, 'revoke');
    await world.api(msp, 'POST', `/api/v1/customers/${tenant.id}/consent-links`, {});
    expect(await doTo(campaignId, tenant, 'restore')).toMatchObject({
      status: 409,
      body: { code: 'link_not_restorable' },
    });
  });

  it('does the same to all of them at once: sent, not sent, reminded, revoked, restored', async () => {
    const campaignId = await start({ tenantIds: [customer(4).id, customer(6).id, customer(7).id, customer(8).id] });
    const counts = async (kind: string) => (await task(campaignId, kind)).counts;
    // The last of them has consented: nothing of this is about it.
    expect(await counts('markSent')).toEqual({ sent: 3, granted: 1 });
    expect(await counts('unmarkSent')).toEqual({ toSend: 3, granted: 1 });
    expect(await counts('markSent')).toEqual({ sent: 3, granted: 1 });
    await task(campaignId, 'remind');
    expect((await rowsOf(campaignId)).map(({ remindedAt }) => remindedAt.length).sort()).toEqual([0, 1, 1, 1]);
    expect(await counts('revoke')).toEqual({ revoked: 3, granted: 1 });
    const { doc } = await readCampaign(world.workspace(world.tenant(northwind)), campaignId);
    expect(doc.lastTask).toMatchObject({ kind: 'revoke', changed: 3 });
    expect(await counts('restore')).toEqual({ sent: 3, granted: 1 });
  });

  it('takes a message twice, and refuses a second task while one is under way', async () => {
    const campaignId = await start({ tenantIds: [customer(6).id, customer(7).id] });
    await task(campaignId, 'markSent');
    const workspace = world.workspace(world.tenant(northwind));
    const { doc, etag } = await readCampaign(workspace, campaignId);
    const by = { id: 'member', name: 'Somebody' };
    const begun = { taskId: world.app.ids.uuid(), kind: 'remind', by, at: new Date(world.clock.now()).toISOString() };
    await workspace.customers.replace(campaignDoc.parse({ ...doc, task: begun }), etag);
    const refused = await world.api(msp, 'POST', at(campaignId, '/tasks'), { kind: 'revoke' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'campaign_busy' } });
    await Promise.all(
      [1, 2].map((attempt) =>
        runCampaign(world.app, { kind: 'campaign', workspaceId: workspace.workspaceId, campaignId, attempt }),
      ),
    );
    await idle(campaignId);
    expect((await rowsOf(campaignId)).map(({ remindedAt }) => remindedAt.length)).toEqual([1, 1]);
  });

  it('goes on with a task whose message was lost', async () => {
    const campaignId = await start({ tenantIds: [customer(7).id] });
    const workspace = world.workspace(world.tenant(northwind));
    const { doc, etag } = await readCampaign(workspace, campaignId);
    const by = { id: 'member', name: 'Somebody' };
    const lost = { taskId: world.app.ids.uuid(), kind: 'markSent', by, at: new Date(world.clock.now()).toISOString() };
    await workspace.customers.replace(campaignDoc.parse({ ...doc, task: lost }), etag);
    await task(campaignId, 'resume');
    expect((await rowOf(campaignId, customer(7))).sentAt).not.toBeNull();
  });
});

describe('what a campaign hands out', () => {
  it('is a table whose cells no spreadsheet takes for formulas', async () => {
    const tenant = customer(6);
    const workspace = world.workspace(world.tenant(northwind));
    const stored = (await workspace.customers.read(`customer:${tenant.id}`)) ?? fail();
    await workspace.customers.replace({ ...stored.doc, name: '=HYPERLINK("https://evil.example","x")' }, stored.etag);
    const campaignId = await start({ tenantIds: [tenant.id, customer(7).id] });
    const { text, headers } = await msp.fetch('GET', `${world.publicUrl}${at(campaignId, '/links.csv')}`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head, ...lines] = text.trimEnd().split('\r\n');
    expect(head).toBe('Customer,Domain,Tenant id,Link,Works until,State,Since,Sent,Reminders');
    expect(lines).toHaveLength(2);
    expect(lines.find((line) => line.includes(tenant.id))).toMatch(/^"'=HYPERLINK\(""https:\/\/evil/);
    for (const row of await rowsOf(campaignId)) expect(text).toContain(row.link?.address);
    await workspace.customers.upsert(stored.doc);
  });

  it('is a draft with the letter that somebody wrote, which counts as sent', async () => {
    const tenant = customer(7);
    const campaignId = await start({ tenantIds: [tenant.id] });
    const letter = { subject: 'Consent for {customer} – bitte', text: 'Hello {customer},\n{link}\n{sender}, {msp}' };
    const changed = await world.api(msp, 'PATCH', at(campaignId), { name: 'Winter', letter });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Winter', letter } });
    const row = await rowOf(campaignId, tenant);
    const { status, body } = await world.api(msp, 'POST', at(campaignId, `/customers/${tenant.id}/draft`));
    expect(status).toBe(200);
    const draft = z.object({ subject: z.string(), text: z.string(), mailto: z.string(), file: z.string() }).parse(body);
    expect(draft.subject).toBe(`Consent for ${tenant.displayName} – bitte`);
    expect(draft.text).toContain(`Hello ${tenant.displayName},\n${row.link?.address}\n`);
    expect(draft.text).toContain('Northwind Partners');
    expect(draft.file).toMatch(/^X-Unsent: 1\r\nSubject: =\?UTF-8\?B\?/);
    expect((await rowOf(campaignId, tenant)).state).toBe('sent');
  });

  it.each([
    [{ letter: { subject: 'x', text: 'no address' } }, 'letter.text', /\{link\}/],
    [{ letter: { subject: 'for {costumer}', text: '{link}' } }, 'letter.subject', /\{costumer\} is no placeholder/],
    [{ name: '' }, 'name', /name/],
    [{}, 'body', /Give a name or a letter/],
  ])('refuses a letter that would not do: %j', async (change, field, message) => {
    const campaignId = await start({ tenantIds: [customer(7).id] });
    const { status, body } = await world.api(msp, 'PATCH', at(campaignId), change);
    expect(status).toBe(400);
    expect(Object(body).fields[field]).toMatch(message);
  });
});

describe('choosing', () => {
  it('takes all that a filter leaves but for some', async () => {
    const waiting = (await world.api(msp, 'GET', '/api/v1/consents')).body;
    const items = z.object({ items: z.array(z.object({ tenantId: z.string() })) }).parse(waiting).items;
    expect(items.length).toBeGreaterThan(2);
    const [first] = items;
    const campaignId = await start({ matching: { group: 'toConsent' }, except: [first?.tenantId] });
    const rows = await rowsOf(campaignId);
    expect(rows.map(({ tenantId }) => tenantId)).toEqual(items.slice(1).map(({ tenantId }) => tenantId));
  });

  it('asks nobody whom somebody chose not to ask', async () => {
    const tenant = customer(3);
    const toConsent = async () => {
      const { body } = await world.api(msp, 'GET', '/api/v1/consents');
      return Object(body).items.map(({ tenantId }: { tenantId: string }) => tenantId);
    };
    expect(await toConsent()).toContain(tenant.id);
    const path = `/api/v1/customers/${tenant.id}/consent-strategy`;
    expect((await world.api(msp, 'PATCH', path, { strategy: 'none' })).status).toBe(200);
    expect(await toConsent()).not.toContain(tenant.id);
    const { body } = await world.api(msp, 'GET', '/api/v1/consents?group=unwanted');
    expect(body).toMatchObject({ items: [{ tenantId: tenant.id }], counts: { unwanted: 1 } });
    await world.api(msp, 'PATCH', path, { strategy: null });
  });

  it.each<[string, unknown]>([
    ['a filter that leaves nobody', { matching: { text: 'nobody is called so' } }],
    ['somebody who is no customer', { tenantIds: ['11111111-1111-4111-8111-111111111111'] }],
    ['nobody', { tenantIds: [] }],
    ['no choice', {}],
  ])('refuses %s', async (_what, choice) => {
    const body = { method: 'customerAdmin', name: 'x', choice };
    expect((await world.api(msp, 'POST', '/api/v1/consent-campaigns', body)).status).toBe(400);
  });
});
