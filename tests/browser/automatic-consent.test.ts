// Automatic consent in a browser: one press, progress that is true, each customer that is left with its reason.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BrowserWorld, shoot, startBrowserWorld } from './kit.ts';
import { choose, connected, customersWith, press } from './people.ts';

let world: BrowserWorld;
let page: Page;
beforeAll(async () => {
  world = await startBrowserWorld({ mix: 'default' });
  page = await world.open();
  await connected(world, page);
});
afterAll(async () => {
  await world?.close();
});

const waitFor = (what: string, patienceMs = 40_000) =>
  page.locator(what).first().waitFor({ state: 'attached', timeout: patienceMs });
const change = (control: string, body: unknown) =>
  fetch(`${control}/control/change`, { method: 'POST', body: JSON.stringify(body) });
const look = async (name: string, colorScheme: 'light' | 'dark', width = 1280) => {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await shoot(page, `automatic-${name}-${colorScheme}-${width}`);
  await page.evaluate(axe.source);
  const serious = await page.evaluate(
    `axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
  );
  expect(serious, `${name}, ${colorScheme}, ${width}`).toEqual([]);
};

it('says before anything began who can be consented, and of the others why not', async () => {
  await page.goto(`${world.publicUrl}/automatic-consent`);
  const groupOf = (id: string | undefined) => page.locator(`tr[data-tenant="${id}"]`).getAttribute('data-group');
  for (const { id } of customersWith(world, 'Active')) expect(await groupOf(id)).toBe('can');
  for (const status of ['Pending', 'Missing', 'Expired', 'MissingSecurityGroup', 'Error'] as const)
    expect(await groupOf(customersWith(world, status)[0]?.id), status).toBe('cannot');
  const lacking = page.locator(`tr[data-tenant="${customersWith(world, 'MissingRoles')[0]?.id}"]`);
  expect(await lacking.textContent()).toContain('automatic_roles');
  await look('before', 'light');
  await look('before', 'dark', 390);
  await page.setViewportSize({ width: 1280, height: 900 });
});

it('G1-17 SY-28 SY-31 consents all that can by one press, and counts to the end without a reload', async () => {
  const [bad] = customersWith(world, 'Active');
  if (!bad) throw new Error('Nobody is Active.');
  const rule = { match: { origin: 'login', tenantId: bad.id }, kind: 'refuse', rate: 1, status: 400, code: '53003' };
  await fetch(`${world.microsoft.control}/control/faults`, { method: 'POST', body: JSON.stringify({ rules: [rule] }) });
  await page.goto(`${world.publicUrl}/automatic-consent`);
  const can = customersWith(world, 'Active').length + customersWith(world, 'Expiring').length;
  await choose(page, 'button', `Consent ${can} customers automatically`);
  expect(await page.getByRole('status').first().textContent()).toContain('Automatic consent has begun');
  await look('under-way', 'light');
  world.clock.advance(6_000);
  await waitFor(`#batch [data-done="${can}"][data-total="${can}"]`);
  expect(await page.locator('#batch').textContent()).toContain(`All ${can} customers done`);
  const row = page.locator(`tr[data-tenant="${bad.id}"]`);
  expect(await row.getAttribute('data-group')).toBe('failed');
  expect(await row.textContent()).toContain('A Conditional Access policy of the tenant blocks this sign-in.');
  await look('done', 'light');
  await look('done', 'dark');
  await look('done', 'light', 390);
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(world.complaints).toEqual([]);
});

it("lets a person mend one and try it again from the customer's page, and choose how it consents", async () => {
  const [bad] = customersWith(world, 'Active');
  await fetch(`${world.microsoft.control}/control/faults`, { method: 'DELETE' });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${world.publicUrl}/customers/${bad?.id}`);
  await look('customer', 'light');
  await choose(page, 'button', 'Try automatic consent now');
  world.clock.advance(6_000);
  await waitFor('#standing [data-status="Active"]');
  await page.goto(`${world.publicUrl}/customers/${bad?.id}`);
  await page.locator('#strategy').selectOption('none');
  await press(page, page.locator('#way').getByRole('button', { name: 'Save' }));
  expect(await page.locator('#strategy').inputValue()).toBe('none');
});

it('takes the customers that are ticked on the consent page', async () => {
  const [, , only, ...others] = customersWith(world, 'Active');
  for (const { id } of [only, ...others].flatMap((each) => each ?? []))
    await change(world.microsoft.control, { kind: 'removeApp', tenantId: id });
  await page.goto(`${world.publicUrl}/consents?group=consented`);
  for (const { id } of [only, ...others].flatMap((each) => each ?? [])) {
    await page.goto(`${world.publicUrl}/customers/${id}`);
    await choose(page, 'button', 'Check consent again');
  }
  await page.goto(`${world.publicUrl}/consents`);
  await page.getByLabel(/^Only those ticked/).check();
  for (const box of await page.locator('input[name=tick]').all())
    await box.setChecked((await box.getAttribute('value')) === only?.id);
  await choose(page, 'button', 'Consent automatically');
  expect(new URL(page.url()).pathname).toBe('/automatic-consent');
  world.clock.advance(6_000);
  await page.locator(`tr[data-tenant="${only?.id}"]`).waitFor({ state: 'detached', timeout: 40_000 });
  expect(await page.locator(`tr[data-tenant="${others[0]?.id}"]`).getAttribute('data-group')).toBe('can');
});

it('begins by itself where the settings say so', async () => {
  await page.goto(`${world.publicUrl}/settings`);
  await page.locator('#consentStrategy').selectOption('automatic');
  await choose(page, 'button', 'Save');
  expect(await page.locator('#consentStrategy').inputValue()).toBe('automatic');
  await look('settings', 'light');
});
