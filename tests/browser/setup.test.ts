// Setup in a browser, from the first visit to the third step: with script, resumed by another session, and without script.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserWorld, SERVICE, startBrowserWorld } from './kit.ts';
import { choose, customersWith, passMicrosoft, press, signIn, until } from './people.ts';

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

const open = (path: string) => page.goto(`${world.publicUrl}${path}`);
const words = async (selector: string) => ((await page.locator(selector).textContent()) ?? '').replace(/\s+/g, ' ');
const step = (name: string) => page.locator(`#steps [data-step=${name}]`);
const rowOf = (name: string) => page.locator('#review-rows tbody tr').filter({ hasText: name });
function first(status: Parameters<typeof customersWith>[1]) {
  const [found] = customersWith(world, status);
  if (!found) throw new Error(`No customer is ${status}.`);
  return found;
}

describe('the first step', () => {
  it('G1-04 G1-05 G1-06 shows six steps, offers Tier 2 and Pax8, and shows Tier 1 as not supported', async () => {
    await choose(page, 'link', 'Setup');
    expect(await page.locator('#steps li').count()).toBe(6);
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('Step 1 of 6: Preparation');
    expect(await page.getByLabel('Tier 2 CSP').isEnabled()).toBe(true);
    expect(await page.getByLabel('Tier 1 CSP').isEnabled()).toBe(false);
    expect(await page.getByLabel('Pax8').isEnabled()).toBe(true);
    expect(await page.locator('.checklist li').count()).toBe(3);
  });

  it('G1-01 leads from the checklist to its place in the guide', async () => {
    await choose(page, 'link', 'Prepare the security group');
    expect(page.url()).toBe(`${world.publicUrl}/help#prepare-gdap-group`);
    expect(await page.locator('#prepare-gdap-group').isVisible()).toBe(true);
  });

  it('G1-08 goes on only with the tick; what was chosen is kept when it was refused', async () => {
    await open('/setup');
    await page.getByLabel('Tier 2 CSP').check();
    await page.getByLabel('Pax8').check();
    await page.evaluate('document.querySelector(\'form[action="/setup/preparation"]\').noValidate = true');
    await choose(page, 'button', 'Next');
    expect(await page.getByRole('alert').textContent()).toContain('Tick the box');
    expect(await page.getByLabel('Pax8').isChecked()).toBe(true);
    await page.getByRole('checkbox').check();
    await choose(page, 'button', 'Next');
    expect(page.url()).toBe(`${world.publicUrl}/setup?step=connect`);
    expect(await step('preparation').getAttribute('data-state')).toBe('done');
  });
});

describe('the second step', () => {
  it('G1-09 G1-12 G1-19 offers Microsoft, says that Pax8 is not yet available, and keeps Next shut with the reason', async () => {
    expect(await page.getByRole('button', { name: 'Connect to Pax8' }).isDisabled()).toBe(true);
    expect(await words('[data-connection=pax8]')).toContain('Connecting Pax8 is not yet available');
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
    expect(await words('#gate')).toContain('Microsoft is not connected yet');
  });

  it('G1-02 G1-10 G1-11 comes back from an account without the rights, names what is missing and leads to the guide', async () => {
    // Somebody else of the MSP, who was made an Admin here, tries with an account of their own.
    await choose(page, 'button', 'Connect to Microsoft');
    await passMicrosoft(page, 'lena.lone@northwindpartners.example', { forAll: true });
    expect(page.url()).toContain('/setup?step=connect');
    expect(await words('#missed')).toContain('not in AdminAgents');
    await choose(page, 'link', /Membership of AdminAgents/);
    expect(page.url()).toBe(`${world.publicUrl}/help#prepare-admin-agents`);
  });

  it('G1-11 G2-11 connects, comes back to setup and says so', async () => {
    await open('/setup');
    await choose(page, 'button', 'Reauthorize');
    await passMicrosoft(page, SERVICE, { forAll: true });
    expect(page.url()).toContain('/setup?step=connect&notice=connected');
    expect(await page.getByRole('status').first().textContent()).toContain('connected');
    await until(page, page.locator('#review-rows tbody tr').nth(11));
    await until(page, page.locator('#progress:not([data-poll])'));
  });

  it('G1-14 G1-15 G2-12 counts customers by GDAP; each count filters to as many rows', async () => {
    for (const status of ['active', 'missing', 'pending', 'expired', 'error']) {
      await open('/setup?step=connect');
      const filter = page.locator(`[data-filter=${status}]`);
      const number = Number(await filter.locator('.tally').textContent());
      expect(number, status).toBeGreaterThan(0);
      await press(page, filter);
      expect(await page.locator('#review-rows tbody tr[data-tenant]').count(), status).toBe(number);
    }
  });

  it('shows beside our word where the same stands in Partner Center', async () => {
    await open('/setup?step=connect');
    expect(await rowOf(first('Pending').displayName).textContent()).toContain('Partner Center: Approval pending');
  });

  it('tests one customer again and comes back to its row, with the filter as it was', async () => {
    await open('/setup?step=connect&status=missing');
    const { id, displayName } = first('Missing');
    await press(page, page.getByRole('button', { name: `Check again for ${displayName}` }));
    expect(page.url()).toBe(
      `${world.publicUrl}/setup?step=connect&status=missing&page=1&notice=gdap_checked#customer-${id}`,
    );
    expect(await page.locator('[data-filter=missing]').getAttribute('aria-current')).toBe('true');
  });

  it('G2-05 G2-12 leads from a row to the other ways of consent, with just that customer', async () => {
    const { displayName } = first('Active');
    await open('/setup?step=connect');
    await choose(page, 'link', `Other ways to consent for ${displayName}`);
    expect(new URL(page.url()).pathname).toBe('/consents');
    expect(await page.locator('main').textContent()).toContain(displayName);
    expect(await page.locator('main').textContent()).not.toContain(first('Missing').displayName);
  });

  it('G1-16 G1-18 consents from the row; the row is Ready after Refresh', async () => {
    const { displayName, defaultDomain } = first('Active');
    await open('/setup?step=connect');
    await press(page, rowOf(displayName).getByRole('button', { name: `Consent for ${displayName}` }));
    const address = await page.locator('.copy input').first().inputValue();
    const visitor = await world.open();
    await visitor.goto(address);
    await choose(visitor, 'button', 'Continue to Microsoft');
    await passMicrosoft(visitor, `admin@${defaultDomain}`);
    await visitor.context().close();
    await open('/setup?step=connect');
    await choose(page, 'button', 'Refresh');
    await until(page, rowOf(displayName).locator('[data-status=Ready]'));
    expect(await page.locator('#gate').getAttribute('data-gate')).toBe('open');
  });

  it('G1-19 opens the third step, which says that it is not there yet', async () => {
    await choose(page, 'button', 'Next');
    expect(page.url()).toBe(`${world.publicUrl}/setup?step=accounts`);
    expect(await words('[data-later=accounts]')).toContain('Not yet available');
    expect(await step('connect').getAttribute('data-state')).toBe('done');
  });
});

describe('later', () => {
  it('takes setup up where it was left, and shows earlier steps with their answers', async () => {
    const again = await world.open();
    await signIn(world, again);
    await again.goto(`${world.publicUrl}/setup`);
    expect(await again.getByRole('heading', { level: 2 }).textContent()).toBe('Step 3 of 6: Account mapping');
    await choose(again, 'link', '1. Preparation');
    expect(await again.getByLabel('Pax8').isChecked()).toBe(true);
    expect(await again.getByRole('checkbox').isChecked()).toBe(true);
    await again.context().close();
  });

  it('works without script', async () => {
    const plain = await world.open({ javaScriptEnabled: false });
    await signIn(world, plain);
    await plain.goto(`${world.publicUrl}/setup?step=preparation`);
    await plain.getByLabel('None').check();
    await choose(plain, 'button', 'Next');
    expect(await plain.locator('[data-connection=pax8]').count()).toBe(0);
    await choose(plain, 'link', /^Missing/);
    expect(await plain.locator('#review-rows tbody tr[data-tenant]').count()).toBeGreaterThan(0);
    await plain.context().close();
  });

  it('explains a word to who comes to it by keyboard, and stops at Escape', async () => {
    await open('/setup?step=connect');
    const meaning = page.locator('#meaning-gdap');
    expect(await meaning.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Ready', exact: true }).focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('admin relationship');
    expect(await meaning.isVisible()).toBe(true);
    expect(await meaning.textContent()).toContain('Partner Center: Customers');
    await page.keyboard.press('Escape');
    expect(await meaning.isVisible()).toBe(false);
  });

  it('no browser had anything to complain about', () => {
    expect(world.complaints).toEqual([]);
  });
});
