// What people do with a browser: on Microsoft's pages, and the journeys that lead there.
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ScenarioGdapStatus, Tenant } from '../../infra/local/microsoft/world.ts';
import { type BrowserWorld, SERVICE } from './kit.ts';

/** Presses something that leads to another page, and waits until that is there. */
export async function press(page: Page, what: Locator): Promise<void> {
  await Promise.all([page.waitForEvent('load'), what.click()]);
}

/** Presses the button or link with this name. */
export async function choose(page: Page, role: 'button' | 'link', name: string | RegExp): Promise<void> {
  await press(page, page.getByRole(role, { name, ...(typeof name === 'string' ? { exact: true } : {}) }).first());
}

/**
 * Goes through Microsoft's pages: picks `upn`, approves MFA, accepts (`forAll`: for the whole organisation) or cancels what is
 * asked. Ends on the first page that
 * none of these is on.
 */
export async function passMicrosoft(
  page: Page,
  upn: string,
  { consent = 'accept', forAll = false }: { consent?: 'accept' | 'cancel'; forAll?: boolean } = {},
): Promise<void> {
  let picked = false;
  for (let step = 0; step < 8; step += 1) {
    const shown = async (name: string) => (await page.locator(`input[name=step][value=${name}]`).count()) > 0;
    if (await shown('consent')) {
      const everybody = page.locator('input[name=organisation]');
      if (forAll && (await everybody.count()) > 0) await everybody.check();
      await press(page, page.locator(`button[name=answer][value=${consent}]`));
    } else if (await shown('approve')) await choose(page, 'button', 'Approve');
    else if ((await shown('pick')) && !picked) {
      picked = true;
      await page.locator('#upn').fill(upn);
      await choose(page, 'button', 'Next');
    } else return;
  }
  throw new Error(`Microsoft's pages do not end: ${page.url()}`);
}

/** Signs in and ends on the page that was asked for, or Home. */
export async function signIn(world: BrowserWorld, page: Page, upn = SERVICE): Promise<void> {
  await page.goto(`${world.publicUrl}/sign-in`);
  await choose(page, 'button', 'Sign in with Microsoft');
  await passMicrosoft(page, upn);
}

/** Connects the partner tenant and ends on Connections. */
export async function connect(world: BrowserWorld, page: Page, upn = SERVICE): Promise<void> {
  await page.goto(`${world.publicUrl}/connect`);
  await page.getByRole('checkbox').check();
  await choose(page, 'button', 'Connect to Microsoft');
  // So that colleagues who try it next are not stopped at Microsoft already.
  await passMicrosoft(page, upn, { forAll: true });
}

/** Presses Refresh of the browser until `what` is there: with or without script. */
export async function until(page: Page, what: Locator, patienceMs = 20_000): Promise<void> {
  const end = Date.now() + patienceMs;
  while ((await what.count()) === 0) {
    if (Date.now() > end) throw new Error(`It did not come about on ${page.url()}: ${what}`);
    await page.waitForTimeout(150);
    await page.reload();
  }
}

/** The row of a customer on Connections. */
export function rowOf(page: Page, name: string): Locator {
  return page.locator('#customers tbody tr').filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** Signed in, connected, and all customers discovered. */
export async function connected(world: BrowserWorld, page: Page): Promise<void> {
  await signIn(world, page);
  await connect(world, page);
  await until(page, page.locator('#customers tbody tr').nth(11));
  await until(page, page.locator('#progress:not([data-poll])'));
}

/** Makes the link of a customer that waits for consent and gives its address. */
export async function consentLinkOf(world: BrowserWorld, page: Page, name: string): Promise<string> {
  await page.goto(`${world.publicUrl}/connections`);
  await press(page, rowOf(page, name).getByRole('button', { name: `Consent for ${name}` }));
  const address = await page.locator('.copy input').inputValue();
  expect(address).toMatch(new RegExp(`^${world.publicUrl}/consent/[\\w-]{43}$`));
  return address;
}

/** Customers of the first partner with a status, in the order of the scenario. */
export function customersWith(world: BrowserWorld, status: ScenarioGdapStatus): Tenant[] {
  const partner = world.tenant('northwindpartners.example').id;
  return world.microsoft.world.scenarioStatuses
    .filter(({ gdapStatus, partnerTenantId }) => gdapStatus === status && partnerTenantId === partner)
    .flatMap(({ customerTenantId }) => world.microsoft.world.tenants.get(customerTenantId) ?? []);
}
