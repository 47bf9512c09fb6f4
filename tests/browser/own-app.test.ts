// An app registration of the MSP's own in a real browser: from the Connect menu to a customer that consents to it, and a
// secret that ends and is renewed.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS } from '../../shared/clock.ts';
import { partnerTokens } from '../../shared/connections/partner-tokens.ts';
import { type BrowserWorld, SERVICE, shoot, startBrowserWorld } from './kit.ts';
import { choose, consentLinkOf, customersWith, passMicrosoft, signIn, until } from './people.ts';

const appId = '3c9f1a52-7d04-4e1b-9b2a-6f0d8e5c1a77';
const domain = 'northwindpartners.example';
let world: BrowserWorld;
let page: Page;
beforeAll(async () => {
  world = await startBrowserWorld();
  page = await world.open();
  await signIn(world, page);
});
afterAll(async () => {
  await world?.close();
});

/** What the MSP does in Entra. */
async function register(change: Record<string, unknown>): Promise<void> {
  const body = JSON.stringify({ kind: 'registerApp', tenantId: world.tenant(domain).id, appId, ...change });
  const answer = await fetch(`${world.microsoft.control}/control/change`, { method: 'POST', body });
  expect(answer.status).toBe(200);
}
const endingIn = (value: string, days: number) => [{ value, expiresMs: world.clock.now() + days * DAY_MS }];

let connectionId = '';

it('MP-08 MP-09 shows the address to register, then connects with what was registered', async () => {
  await page.goto(`${world.publicUrl}/connections`);
  await page.locator('details.button-menu summary').click();
  await choose(page, 'link', 'CSP tenants with your own app registration');
  await page.getByLabel('Name of this connection').fill('Own app');
  await choose(page, 'button', 'Continue');
  const address = await page.getByLabel('Redirect address').inputValue();
  [, , connectionId = ''] = new URL(page.url()).pathname.split('/');
  expect(address).toBe(`${world.publicUrl}/own-app/${connectionId}/callback`);
  await register({ redirectUris: [address], secrets: endingIn('first-secret', 200) });

  await page.getByLabel('Domain of your partner tenant').fill(domain);
  await page.getByLabel('Application (client) id').fill(appId);
  await page.getByLabel('Client secret').fill('not the secret');
  await choose(page, 'button', 'Save and sign in at Microsoft');
  expect(await page.locator('#secret-error').textContent()).toContain('refused it');
  expect(await page.getByLabel('Application (client) id').inputValue()).toBe(appId);
  expect(await page.getByLabel('Client secret').inputValue()).toBe('');
  await page.getByLabel('Client secret').fill('first-secret');
  await choose(page, 'button', 'Save and sign in at Microsoft');
  await passMicrosoft(page, SERVICE, { forAll: true });
  await until(page, page.locator('[data-connection=Connected]'));
  await until(page, page.locator('#customers tbody tr').nth(11));
});

it('asks customers for consent under its own name', async () => {
  const [tenant] = customersWith(world, 'Active');
  if (!tenant) throw new Error('No customer is Active.');
  const visitor = await world.open();
  await visitor.goto(await consentLinkOf(world, page, tenant.displayName));
  expect(await visitor.textContent('main')).toContain('under the name of an app of Northwind Partners');
  await choose(visitor, 'button', 'Continue to Microsoft');
  await passMicrosoft(visitor, `admin@${tenant.defaultDomain}`);
  await until(visitor, visitor.locator('[data-result=granted]'));
  expect(tenant.servicePrincipals.has(appId)).toBe(true);
});

it('names a secret that has ended, and goes on with a new one', async () => {
  await register({ secrets: [] });
  await partnerTokens(world.app, world.tenant(domain).id, connectionId)
    .graph.renew()
    .catch(() => undefined);
  await page.goto(`${world.publicUrl}/connections`);
  const card = page.locator('[data-connection=ReauthRequired]');
  expect(await card.textContent()).toContain('secret or certificate of your own app registration');
  await shoot(page, 'own-app-ended');

  await register({ secrets: endingIn('second-secret', 20) });
  await choose(page, 'link', 'App registration');
  await page.getByLabel('Client secret').fill('second-secret');
  await page
    .getByLabel('Day on which the secret ends')
    .fill(new Date(world.clock.now() + 20 * DAY_MS).toISOString().slice(0, 10));
  await choose(page, 'button', 'Save');
  expect(new URL(page.url()).searchParams.get('notice')).toBe('app_saved');
  await page.goto(`${world.publicUrl}/`);
  expect(await page.locator('[data-warning=ownAppSecret]').textContent()).toContain('Ends within 30 days');
  expect(world.complaints).toEqual([]);
});
