// GDAP by hand: from a missing relationship to its approval link, from a missing group to Active, from Renewals to auto-extend.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BrowserWorld, startBrowserWorld } from './kit.ts';
import { choose, connected, customersWith, press } from './people.ts';

let world: BrowserWorld;
let page: Page;
beforeAll(async () => {
  world = await startBrowserWorld();
  page = await world.open();
  await connected(world, page);
});
afterAll(async () => {
  await world?.close();
});

function first(status: Parameters<typeof customersWith>[1]) {
  const [found] = customersWith(world, status);
  if (!found) throw new Error(`No customer is ${status}.`);
  return found;
}

it('SY-32 SP-10 goes from the list to the card, requests, and shows the approval link to copy', async () => {
  const { id, displayName } = first('Missing');
  await page.goto(`${world.publicUrl}/connections`);
  await choose(page, 'link', `Request GDAP for ${displayName}`);
  expect(page.url()).toBe(`${world.publicUrl}/customers/${id}#gdap`);
  await choose(page, 'button', 'Request GDAP');
  expect(await page.getByRole('status').first().textContent()).toContain('The request is ready');
  const link = await page.getByRole('textbox', { name: /^Approval link/ }).inputValue();
  expect(link).toMatch(/^https:\/\/admin\.microsoft\.com\/.*\/granularAdminRelationships\/[0-9a-f-]{73}$/);
  const card = page.locator('#gdap');
  expect(await card.textContent()).toContain('Partner Center: Approval pending');
  expect(await card.getByRole('button', { name: 'Request GDAP' }).count()).toBe(0);
});

it('SY-34 SP-09 assigns the proposed group, and the page follows it until the role works', async () => {
  const { id } = first('MissingSecurityGroup');
  await page.goto(`${world.publicUrl}/customers/${id}`);
  expect(await page.locator('#gdap tr[data-state=unusable]').count()).toBe(2);
  await choose(page, 'button', 'Assign group');
  await expect
    .poll(() => page.locator('#gdap tr[data-state=covered]').count(), { timeout: 40_000, interval: 500 })
    .toBe(2);
  expect(await page.locator('#gdap[data-poll]').count()).toBe(0);
});

it('SY-30 lists what ends, and takes it from the list once it extends itself', async () => {
  const { id, displayName } = first('Expiring');
  await choose(page, 'link', 'Renewals');
  await choose(page, 'link', /^Within 7 days/);
  const row = page.locator(`tr[data-tenant="${id}"]`);
  expect(await row.locator('.status').textContent()).toBe('within 7 days');
  await press(page, row.getByRole('button', { name: `Turn on auto-extend for ${displayName}` }));
  expect(await page.getByRole('status').first().textContent()).toContain('extends itself');
  expect(await row.count()).toBe(0);
});
