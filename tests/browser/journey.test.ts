// The whole way of an MSP, in a real browser: sign in, connect, see the customers, have one consent, sync it, look at it.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { type BrowserWorld, shoot, startBrowserWorld } from './kit.ts';
import { choose, connect, consentLinkOf, customersWith, passMicrosoft, press, rowOf, signIn, until } from './people.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
});
afterAll(async () => {
  await world?.close();
});

/** The customers that only wait for consent. */
const waiting = (place: number): Tenant => {
  const tenant = customersWith(world, 'Active')[place];
  if (!tenant) throw new Error('Too few customers are Active.');
  return tenant;
};

const adminOf = ({ defaultDomain }: Tenant): string => `admin@${defaultDomain}`;

async function heading(page: Page): Promise<string> {
  return (await page.locator('h1').textContent()) ?? '';
}

describe('a first day', () => {
  let page: Page;
  beforeAll(async () => {
    page = await world.open();
  });

  it('leads who is not signed in to Microsoft and back to what they asked for', async () => {
    await page.goto(`${world.publicUrl}/connections`);
    expect(page.url()).toContain('/sign-in?returnTo=%2Fconnections');
    await choose(page, 'button', 'Sign in with Microsoft');
    expect(page.url().startsWith(world.microsoft.origins.login)).toBe(true);
    await passMicrosoft(page, 'svc-tenantry@northwindpartners.example');
    expect(page.url()).toBe(`${world.publicUrl}/connections`);
  });

  it('SY-09 says what will be here and how to begin while nothing is connected', async () => {
    expect(await page.locator('main').textContent()).toContain('Nothing is connected yet');
    await page.goto(`${world.publicUrl}/`);
    expect(await heading(page)).toBe('Welcome. Nothing is connected yet.');
    expect(await page.getByRole('link', { name: 'Connect your partner tenant' }).count()).toBe(1);
  });

  it('SY-12 wants the prerequisites ticked before it goes to Microsoft, and keeps what was typed', async () => {
    await choose(page, 'link', 'Connect your partner tenant');
    expect(await page.locator('main ol > li').count()).toBe(5);
    await page.getByLabel('Name of this connection').fill('North wind');
    // The browser itself holds the form back; without that the server does.
    await page.locator('form[action="/connect/start"]').evaluate((form) => form.setAttribute('novalidate', ''));
    await choose(page, 'button', 'Connect to Microsoft');
    expect(page.url()).toBe(`${world.publicUrl}/connect/start`);
    const summary = page.getByRole('alert');
    expect(await summary.textContent()).toContain('Tick the box once the prerequisites are met.');
    expect(await page.locator(':focus').getAttribute('id')).toBe('errors');
    await summary.getByRole('link').click();
    const box = page.getByRole('checkbox');
    expect(await page.locator(':focus').getAttribute('id')).toBe('prerequisites');
    expect(await box.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Name of this connection').inputValue()).toBe('North wind');
  });

  it('G1-09 G1-11 SP-11 SP-12 connects with the service account and says so', async () => {
    await page.getByRole('checkbox').check();
    await choose(page, 'button', 'Connect to Microsoft');
    await passMicrosoft(page, 'svc-tenantry@northwindpartners.example');
    expect(page.url()).toBe(`${world.publicUrl}/connections?notice=connected`);
    expect(await page.locator('[data-connection=Connected]').textContent()).toContain('North wind');
    expect(await page.locator('main .banner.done').textContent()).toContain('is connected');
  });

  it('SY-21 G1-15 shows the partner above, with its count, and a row for each customer, without a reload', async () => {
    await page.locator('#customers tbody tr').nth(11).waitFor();
    const card = (await page.locator('[data-connection]').textContent()) ?? '';
    expect(card).toContain('Cloud Solution Provider (CSP), with 12 tenants');
    expect(card).toMatch(/last synced (just now|1 min ago)/);
    await shoot(page, 'connections-discovered');
  });

  it('G1-16 G2-12 has a customer consent by its own administrator in another browser', async () => {
    const name = waiting(0).displayName;
    const address = await consentLinkOf(world, page, name);
    await shoot(page, 'customer-with-link');
    const admin = await world.open();
    await admin.goto(address);
    expect(await heading(admin)).toBe(`Northwind Partners asks to read ${name}'s Microsoft 365 licences and users`);
    await shoot(admin, 'consent-landing');
    await choose(admin, 'button', 'Continue to Microsoft');
    await passMicrosoft(admin, adminOf(waiting(0)));
    await until(admin, admin.locator('[data-result=granted]'));
    expect(await heading(admin)).toBe('Done. Thank you.');
    await shoot(admin, 'consent-granted');
    await admin.goto(address);
    expect(await heading(admin)).toBe('This link has been used: consent was given.');
    await shoot(admin, 'consent-used');
    await admin.context().close();
  });

  it('G1-17 G1-18 G2-13 turns the customer Ready and syncs it by itself', async () => {
    const name = waiting(0).displayName;
    await page.goto(`${world.publicUrl}/connections`);
    const row = rowOf(page, name);
    await row.locator('[data-status=Success]').waitFor();
    expect(await row.getAttribute('data-screen')).toBe('Active');
    expect(await row.locator('[data-status=Granted].done').count()).toBe(1);
    await page.reload();
    expect(await page.locator('.groups').first().textContent()).toContain('Ready 1');
  });

  it('SY-17 reads it again by Sync now, and shows what the tenant holds and how old that is', async () => {
    const tenant = waiting(0);
    await choose(page, 'link', tenant.displayName);
    await choose(page, 'button', 'Sync now');
    expect(await page.locator('main .banner.working').textContent()).toContain('A sync has been asked for');
    expect(await page.locator('#licences tbody tr').count()).toBe(tenant.skus.size);
    expect(await page.locator('#users tbody tr').count()).toBe(tenant.users.size);
    expect(await page.locator('#subscriptions tbody tr').count()).toBe(tenant.subscriptions.size);
    expect(await page.locator('#datasets [data-status=Current]').count()).toBeGreaterThanOrEqual(4);
    expect(await page.locator('#licences svg.bar').first().getAttribute('aria-label')).toMatch(/of .* seats used/);
    await shoot(page, 'customer');
  });

  it('leaves nothing for the browser to complain about', () => {
    expect(world.complaints).toEqual([]);
  });
});

describe('without script', () => {
  it('G1-18 consents and syncs a customer, with Refresh instead of polling', async () => {
    const page = await world.open({ javaScriptEnabled: false });
    await signIn(world, page);
    // It may be connected by the tests above: then this is refused on the page, in words.
    await connect(world, page);
    await page.goto(`${world.publicUrl}/connections`);
    await until(page, page.locator('#customers tbody tr').nth(11));
    const name = waiting(1).displayName;
    const address = await consentLinkOf(world, page, name);
    expect(await page.getByRole('button', { name: 'Copy' }).isVisible()).toBe(false);
    const admin = await world.open({ javaScriptEnabled: false });
    await admin.goto(address);
    await choose(admin, 'button', 'Continue to Microsoft');
    await passMicrosoft(admin, adminOf(waiting(1)));
    await until(admin, admin.locator('[data-result=granted]'));
    await page.goto(`${world.publicUrl}/connections`);
    await until(page, rowOf(page, name).locator('[data-status=Success]'));
    const menu = rowOf(page, name).locator('details.menu');
    await menu.locator('summary').click();
    await press(page, menu.getByRole('button', { name: 'Sync now' }));
    expect(page.url()).toContain('/customers/');
    await page.goto(`${world.publicUrl}/connections`);
    await choose(page, 'button', 'Refresh');
    const words = page.locator('#progress');
    if ((await words.textContent())?.includes('Reading')) await choose(page, 'link', 'Refresh');
    await until(page, page.locator('#progress:not([data-poll])'));
    await choose(page, 'button', 'Sign out');
    expect(await page.locator('main').textContent()).toContain('You are signed out.');
  });
});
