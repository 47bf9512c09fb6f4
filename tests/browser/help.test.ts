// Help in a browser: search, contents, back to top, and the way from an error to its words.
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

it('G1-36 SP-14 is one link away on every page, with contents that lead to each section and back to the top', async () => {
  for (const path of ['/', '/connections', '/settings', `/customers/${customersWith(world, 'Active')[0]?.id}`]) {
    await page.goto(`${world.publicUrl}${path}`);
    await choose(page, 'link', 'Help');
    expect(page.url()).toBe(`${world.publicUrl}/help`);
  }
  const links = '[...document.querySelectorAll("nav[aria-label=Contents] a")].map(({ hash }) => hash.slice(1))';
  expect(await page.evaluate(`${links}.length`)).toBeGreaterThan(15);
  expect(await page.evaluate(`${links}.filter((id) => document.getElementById(id) === null)`)).toEqual([]);
  await page.getByRole('link', { name: 'Consent failed, was revoked or needs an upgrade' }).click();
  await expect.poll(() => page.evaluate('scrollY')).toBeGreaterThan(100);
  await page.getByRole('link', { name: 'Back to top' }).last().click();
  await expect.poll(() => page.evaluate('scrollY')).toBeLessThan(100);
});

it('G1-36 finds an error by its number, in the words that the error itself shows', async () => {
  await page.goto(`${world.publicUrl}/help`);
  await page.getByRole('searchbox').fill('65001');
  await choose(page, 'button', 'Search');
  expect(await page.getByRole('status').textContent()).toContain('with “65001”');
  const row = page.locator('tr', { has: page.locator('[data-code=AADSTS65001]') });
  expect(await row.textContent()).toContain('Nobody has consented to the app in this tenant');
  await page.getByRole('searchbox').fill('no such thing');
  await choose(page, 'button', 'Search');
  expect(await page.getByRole('status').textContent()).toContain('Nothing here about');
  await choose(page, 'link', 'Show everything');
  expect(await page.locator('#errors tbody tr').count()).toBeGreaterThan(60);
});

it('SP-14 leads from an error on a page to its line in Help', async () => {
  const customer = customersWith(world, 'Error')[0];
  await page.goto(`${world.publicUrl}/customers/${customer?.id}`);
  const banner = page.locator('.banner[data-code]').first();
  const code = (await banner.getAttribute('data-code')) ?? '';
  await press(page, banner.getByRole('link', { name: code }));
  expect(page.url()).toContain(`/help?text=${code}`);
  expect(await page.locator(`#errors [data-code="${code}"]`).count()).toBeGreaterThan(0);
});

it('no browser had anything to complain about', () => {
  expect(world.complaints).toEqual([]);
});
