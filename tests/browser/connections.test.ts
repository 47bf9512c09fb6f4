// Connections of several kinds in a real browser: the Connect menu, menus of rows and cards, a page for each connection, and the
// removal of one and of all.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { singleConnectionId } from '../../shared/connections/single/rules.ts';
import { partnerConnectionId } from '../../shared/connections/state.ts';
import { type BrowserWorld, shoot, startBrowserWorld } from './kit.ts';
import { choose, connected, customersWith, passMicrosoft, press, rowOf, until } from './people.ts';

let world: BrowserWorld;
let page: Page;
let single: Tenant;
beforeAll(async () => {
  world = await startBrowserWorld();
  page = await world.open();
  await connected(world, page);
  const northwind = world.tenant('northwindpartners.example').id;
  const held = new Set(
    world.microsoft.world.scenarioStatuses.flatMap(({ partnerTenantId, customerTenantId }) =>
      partnerTenantId === northwind ? [customerTenantId] : [],
    ),
  );
  const free = [...world.microsoft.world.tenants.values()].find(({ id, kind }) => kind === 'customer' && !held.has(id));
  if (!free) throw new Error('Every customer is one of Northwind.');
  single = free;
});
afterAll(async () => {
  await world?.close();
});

const go = (path: string) => page.goto(`${world.publicUrl}${path}`);
const card = () => page.locator('#cards [data-connection]');
/** What a menu offers, once it is open. */
async function choicesOf(menu: Locator): Promise<string[]> {
  await menu.locator('summary').click();
  const words = await menu.locator('div a, div button, div .off').allTextContents();
  await page.keyboard.press('Escape');
  return words.map((word) => word.trim());
}

it('SY-10 SY-43 the Connect menu opens by keyboard and offers each kind, and the removal of all', async () => {
  await go('/connections');
  const menu = page.locator('details.button-menu');
  await menu.locator('summary').focus();
  await page.keyboard.press('Enter');
  expect(await menu.locator('a').allTextContents()).toEqual([
    'Cloud Solution Provider (CSP) tenants',
    'CSP tenants with your own app registration',
    'Single tenant',
    'Remove all integrations…',
  ]);
  await shoot(page, 'connect-menu');
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
  await press(page, page.locator('a:focus'));
  expect(page.url()).toBe(`${world.publicUrl}/connect/single`);
});

it('SY-08 SY-11 connects a single tenant, whose administrator signs in and accepts', async () => {
  await page.getByLabel('Name of this connection').fill('Alone');
  await page.getByLabel('A domain of the tenant').fill('northwindpartners.example');
  await choose(page, 'button', 'Connect to Microsoft');
  expect(await page.locator('#domain-error').textContent()).toContain('This is your own tenant');
  expect(await page.getByLabel('Name of this connection').inputValue()).toBe('Alone');
  await page.getByLabel('A domain of the tenant').fill(single.defaultDomain);
  await choose(page, 'button', 'Connect to Microsoft');
  await passMicrosoft(page, `admin@${single.defaultDomain}`);
  await passMicrosoft(page, `admin@${single.defaultDomain}`);
  expect(new URL(page.url()).pathname).toBe('/connections');
  await until(page, rowOf(page, single.displayName).locator('[data-status=Success]'));
});

it('SY-16 SY-20 SY-21 SY-25 its row has a dash for CSP name and CSP auth; those of the partner are filled', async () => {
  await go('/connections');
  const heads = await page.locator('#customers thead th').allTextContents();
  expect(heads.slice(0, 3)).toEqual(['Customer ↑', 'CSP name', 'CSP authGDAP']);
  const own = rowOf(page, single.displayName);
  expect(await own.locator('td[data-label="CSP name"]').textContent()).toBe('–');
  expect(await own.locator('td[data-label=GDAP]').textContent()).toBe('–');
  const [child] = customersWith(world, 'Active');
  const row = rowOf(page, child?.displayName ?? '');
  expect(await row.locator('td[data-label="CSP name"]').textContent()).toBe('Northwind Partners');
  expect(await row.locator('td[data-label=GDAP] .status').textContent()).toBe('Active');
  // A row above the table for the partner, and none for a single tenant that works.
  expect(await card().count()).toBe(1);
  expect(await card().textContent()).toContain('Cloud Solution Provider (CSP), with 12 tenants');
  await shoot(page, 'connections-single');
});

it('SY-38 SY-40 each kind of row has its own choices', async () => {
  const menuOf = (name: string) => rowOf(page, name).locator('details.menu');
  const ofSingle = await choicesOf(menuOf(single.displayName));
  expect(ofSingle).toEqual(expect.arrayContaining(['Map not yet available', 'Reauthorize', 'Remove integration…']));
  const [child] = customersWith(world, 'Active');
  const ofChild = await choicesOf(menuOf(child?.displayName ?? ''));
  expect(ofChild).toContain('Map not yet available');
  expect(ofChild.some((word) => /Reauthorize|Remove/.test(word))).toBe(false);
  const ofPartner = await choicesOf(card().locator('details.menu'));
  expect(ofPartner).toEqual(expect.arrayContaining(['Reauthorize CSP', 'Remove CSP integration…']));
  expect(ofPartner.some((word) => /Map/.test(word))).toBe(false);
});

it('MP-03 MP-04 each connection has a page, with its id in the address and to copy', async () => {
  await go('/connections');
  await press(page, card().getByRole('link', { name: 'Northwind Partners' }));
  const id = partnerConnectionId(world.tenant('northwindpartners.example').id);
  expect(page.url()).toBe(`${world.publicUrl}/connections/${id}`);
  expect(await page.locator('#facts + dl code').first().textContent()).toBe(id);
  await choose(page, 'link', '12 customers');
  expect(await page.locator('#customers tbody tr').count()).toBe(12);
  await choose(page, 'link', 'Show those of all connections');
  expect(await page.locator('#customers tbody tr').count()).toBe(13);
});

it('SY-41 SY-44 removes the single tenant after its name was typed, and says what is left to do by hand', async () => {
  await go('/connections');
  await rowOf(page, single.displayName).locator('details.menu summary').click();
  await choose(page, 'link', 'Remove integration…');
  expect(await page.locator('#what-goes').textContent()).toContain(`${single.users.size} users, kept as contacts`);
  await page.getByLabel('Type Alone to confirm').fill('Someone else');
  await choose(page, 'button', 'Remove integration');
  expect(await page.getByRole('alert').textContent()).toContain('Nothing was removed.');
  await page.getByLabel('Type Alone to confirm').fill('alone');
  await choose(page, 'button', 'Remove integration');
  // The page follows by itself.
  await page.locator('[data-removal=done]').waitFor();
  expect(page.url()).toContain(singleConnectionId(world.tenant('northwindpartners.example').id, single.id));
  const row = page.locator(`tr[data-tenant="${single.id}"]`);
  expect(await row.getByRole('link').getAttribute('href')).toContain(single.id);
  await shoot(page, 'removal-done');
  await choose(page, 'link', 'Contacts');
  expect(await page.locator('main').textContent()).toContain(single.displayName);
});

it('SY-42 SY-43 SY-46 removes everything after the name of the workspace, and begins anew', async () => {
  await go('/connections/remove-all');
  expect(await page.locator('#what-goes').textContent()).toContain('12 customers');
  await page.getByLabel('Type Northwind Partners to confirm').fill('northwind partners');
  await choose(page, 'button', 'Remove all integrations');
  await until(page, page.getByText('Nothing is connected yet'));
  expect(await page.locator('[data-removed]').count()).toBe(2);
  await choose(page, 'link', 'Connect your partner tenant');
  expect(await page.locator('form[action="/connect/start"]').count()).toBe(1);
});

it('no browser had anything to complain about', () => {
  expect(world.complaints).toEqual([]);
});
