// Every page, light and dark, wide and narrow: axe finds nothing serious, nothing runs over the side, and a picture is kept
// for people to look at.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assetFile } from '../../functions/portal/pages/assets.ts';
import { pageFunctions } from '../../functions/portal/pages.ts';
import { EVERY_STATUS } from '../../infra/local/microsoft/scenario/statuses.ts';
import { DAY_MS } from '../../shared/clock.ts';
import { openWorkspaceStore } from '../../shared/store/scoped.ts';
import { inspectPage } from './inspect.ts';
import { type BrowserWorld, startBrowserWorld } from './kit.ts';
import { choose, connected, consentLinkOf, customersWith, passMicrosoft, signIn, until } from './people.ts';

let world: BrowserWorld;
let page: Page;
let visitor: Page;
/** Addresses that only exist once something was done. */
const made = { link: '', result: '', failure: '', synced: '', connection: '', ownApp: '', campaign: '', gdapRun: '' };

beforeAll(async () => {
  world = await startBrowserWorld({ mix: 'every-status', customers: EVERY_STATUS.length });
  page = await world.open();
  await connected(world, page);
  const [consented, declined] = customersWith(world, 'Active');
  if (!consented || !declined) throw new Error('Too few customers are Active.');
  made.synced = `/customers/${consented.id}`;
  visitor = await world.open();
  await visitor.goto(await consentLinkOf(world, page, consented.displayName));
  await choose(visitor, 'button', 'Continue to Microsoft');
  await passMicrosoft(visitor, `admin@${consented.defaultDomain}`);
  made.result = pathOf(visitor.url());
  made.link = pathOf(await consentLinkOf(world, page, declined.displayName));
  // Somebody else, whom Microsoft does not know from before.
  visitor = await world.open();
  await visitor.goto(`${world.publicUrl}${made.link}`);
  await choose(visitor, 'button', 'Continue to Microsoft');
  await passMicrosoft(visitor, `admin@${declined.defaultDomain}`, { consent: 'cancel' });
  made.failure = pathOf(visitor.url());
  await page.goto(`${world.publicUrl}/connections`);
  await choose(page, 'link', 'Northwind Partners');
  made.connection = pathOf(page.url());
  await page.goto(`${world.publicUrl}/connect/own-app`);
  await choose(page, 'button', 'Continue');
  made.ownApp = pathOf(page.url());
  await page.goto(`${world.publicUrl}/consents`);
  await choose(page, 'button', 'Make links');
  made.campaign = pathOf(page.url());
  await page.goto(`${world.publicUrl}/gdap-requests?need=Missing`);
  await choose(page, 'button', 'Request for those ticked');
  made.gdapRun = pathOf(page.url());
  await page.goto(`${world.publicUrl}${made.synced}`);
  await until(page, page.locator('#datasets [data-status=Current]').first());
});
afterAll(async () => {
  await world?.close();
});

/** The paths of the pages that were looked at. */
const inspected = new Set<string>();

const pathOf = (url: string): string => new URL(url).pathname + new URL(url).search;

/** Of the first person of the customer that is synced. */
function contactPath(): string {
  const [tenant] = customersWith(world, 'Active');
  const [userId] = tenant?.users.keys() ?? [];
  return `/contacts/${tenant?.id}/${userId}`;
}

/** Looks at the page that is open in every look. */
async function inspect(on: Page, name: string): Promise<void> {
  inspected.add(new URL(on.url()).pathname);
  await inspectPage(on, name);
}

it.each([
  ['home', () => '/'],
  ['connections', () => '/connections'],
  ['connect', () => '/connect'],
  ['connect-own-app', () => '/connect/own-app'],
  ['own-app', () => made.ownApp],
  ['connect-single', () => '/connect/single'],
  ['connection', () => made.ownApp.replace(/\/app.*/, '')],
  ['connection-remove', () => made.ownApp.replace(/\/app.*/, '/remove')],
  ['connection-connected', () => made.connection],
  ['connection-connected-remove', () => `${made.connection}/remove`],
  ['remove-all', () => '/connections/remove-all'],
  ['members', () => '/members'],
  ['settings', () => '/settings'],
  ['customer', () => made.synced],
  ['customer-blocked', () => `/customers/${customersWith(world, 'Error')[0]?.id}`],
  ['customer-gdap-missing', () => `/customers/${customersWith(world, 'Missing')[0]?.id}`],
  ['customer-gdap-pending', () => `/customers/${customersWith(world, 'Pending')[0]?.id}`],
  ['customer-gdap-group', () => `/customers/${customersWith(world, 'MissingSecurityGroup')[0]?.id}`],
  ['customer-gdap-expired', () => `/customers/${customersWith(world, 'Expired')[2]?.id}`],
  ['customer-gdap-roles', () => `/customers/${customersWith(world, 'MissingRoles')[0]?.id}`],
  ['customer-gdap-unknown', () => `/customers/${customersWith(world, 'Unknown')[0]?.id}`],
  ['renewals', () => '/renewals'],
  ['gdap-requests', () => '/gdap-requests'],
  ['gdap-run', () => made.gdapRun],
  ['automatic-consent', () => '/automatic-consent'],
  ['consents', () => '/consents'],
  ['consents-all-consented', () => '/consents?group=consented'],
  ['campaign', () => made.campaign],
  ['customer-waiting', () => `/customers/${customersWith(world, 'Active')[1]?.id}`],
  ['contacts', () => '/contacts?userType=member'],
  ['contacts-of-customer', () => `/contacts?tenantId=${customersWith(world, 'Active')[0]?.id}`],
  ['contacts-none', () => '/contacts?text=nobody'],
  ['contact', () => contactPath()],
  ['help', () => '/help'],
  ['help-search', () => '/help?text=65001'],
  ['setup-preparation', () => '/setup?step=preparation'],
  ['setup-locked', () => '/setup?step=connect'],
  ['setup-later', () => '/setup?step=accounts'],
  ['not-found', () => '/customers/00000000-0000-4000-8000-000000000000'],
])('the page %s is for everybody', async (name, path) => {
  await page.goto(`${world.publicUrl}${path()}`);
  await inspect(page, name);
});

it("setup's second step is for everybody", async () => {
  await page.goto(`${world.publicUrl}/setup?step=preparation`);
  await page.getByLabel('Tier 2 CSP').check();
  await page.getByLabel('Pax8').check();
  await page.getByRole('checkbox').check();
  await choose(page, 'button', 'Next');
  await inspect(page, 'setup-connect');
});

it('what is to be renewed is for everybody', async () => {
  const [, , connectionId = ''] = made.ownApp.split('/');
  const { workspace } = openWorkspaceStore(world.app.store, world.tenant('northwindpartners.example').id);
  const base = { type: 'ownApp', schemaVersion: 1, connectionId, clientId: connectionId, sealedProof: 'x' };
  const at = (days: number) => new Date(world.clock.now() + days * DAY_MS).toISOString();
  const proof = { ...base, kind: 'secret', endsAt: at(0.5), savedAt: at(-300), savedBy: 'x' };
  await workspace.upsert({ id: `ownApp:${connectionId}`, ...proof });
  for (const [name, path] of [
    ['home-renew', '/'],
    ['connections-renew', '/connections'],
    ['own-app-told', made.ownApp],
  ] as const) {
    await page.goto(`${world.publicUrl}${path}`);
    await inspect(page, name);
  }
  await workspace.delete(`ownApp:${connectionId}`);
});

it('the page of an own app that was refused is for everybody', async () => {
  await page.goto(`${world.publicUrl}${made.ownApp}`);
  await page.getByLabel('Domain of your partner tenant').fill('nobody-has-this.example');
  await page.getByLabel('Application (client) id').fill('x');
  await choose(page, 'button', 'Save and sign in at Microsoft');
  await inspect(page, 'own-app-refused');
});

it('the page of a form that was refused is for everybody', async () => {
  await page.goto(`${world.publicUrl}/members`);
  await page.getByLabel('Object id').fill('x');
  await page.getByLabel('Name', { exact: true }).fill('x');
  await choose(page, 'button', 'Add');
  await inspect(page, 'members-refused');
});

it('the page before a member is removed is for everybody', async () => {
  await page.getByLabel('Object id').fill('3f2b8c1e-0d4a-4f66-9a51-6f0f6a7b1c2d');
  await choose(page, 'button', 'Add');
  await choose(page, 'link', /^Remove/);
  await inspect(page, 'member-remove');
});

it.each([
  ['sign-in', () => '/sign-in'],
  ['consent', () => made.link],
  ['consent-granted', () => made.result],
  ['consent-failed', () => made.failure],
  ['consent-unknown', () => `/consent/${'A'.repeat(43)}`],
])('the public page %s is for everybody', async (name, path) => {
  await visitor.goto(`${world.publicUrl}${path()}`);
  await inspect(visitor, name);
});

it('the page of somebody who was not added is for everybody', async () => {
  const other = await world.open();
  await signIn(world, other, 'olivia.ordinary@northwindpartners.example');
  await inspect(other, 'not-added');
});

it('a removal that left something to do is for everybody', async () => {
  const [, , connectionId = ''] = made.ownApp.split('/');
  await page.goto(`${world.publicUrl}/connections/${connectionId}/remove`);
  await page.getByRole('textbox').fill('x');
  await choose(page, 'button', /^Remove/);
  await inspect(page, 'connection-remove-refused');
  const name = (await page.locator('h1').textContent())?.replace(/^Remove (.*)\?$/, '$1') ?? '';
  await page.getByRole('textbox').fill(name);
  await choose(page, 'button', /^Remove/);
  await page.locator('[data-removal=done]').waitFor();
  const { workspace, customers } = openWorkspaceStore(world.app.store, world.tenant('northwindpartners.example').id);
  const { doc } = (await workspace.read(`removal:${connectionId}`)) ?? {};
  const base = {
    type: 'formerCustomer',
    schemaVersion: 1,
    connectionId,
    connectionName: name,
    contacts: 3,
    app: 'byHand',
  };
  for (const tenantId of ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']) {
    const customer = { tenantId, name: 'Contoso', domain: 'contoso.example', appNote: 'Microsoft refused.' };
    await customers.upsert({ id: `formerCustomer:${tenantId}`, ...base, ...customer, removedAt: doc?.['requestedAt'] });
  }
  await page.reload();
  expect(await page.locator('#by-hand').textContent()).toContain('2 tenants');
  await inspect(page, 'connection-removed');
});

it('no page of the portal was left out', () => {
  const shape = (route: string) =>
    new RegExp(`^/${route.replace(/\{ignored[^}]*\}/, '').replace(/\{[^}]+\}/g, '[^/]+')}$`);
  const unseen = pageFunctions
    .filter(({ name }) => name !== assetFile.name)
    .filter(({ route }) => ![...inspected].some((path) => shape(route).test(path)));
  expect(unseen.map(({ route }) => route)).toEqual([]);
});

it('no browser had anything to complain about', () => {
  expect(world.complaints).toEqual([]);
});
