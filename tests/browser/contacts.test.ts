// Contacts by hand: customers are synced, then their users; somebody is found by number, a customer's group by its name; and
// all of it without script too.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tenant, User } from '../../infra/local/microsoft/world.ts';
import { type BrowserWorld, startBrowserWorld } from './kit.ts';
import {
  choose,
  connected,
  consentLinkOf,
  customersWith,
  passMicrosoft,
  press,
  rowOf,
  signIn,
  until,
} from './people.ts';

let world: BrowserWorld;
let page: Page;
let customer: Tenant;
let person: User;

beforeAll(async () => {
  world = await startBrowserWorld();
  page = await world.open();
  await connected(world, page);
  const [active] = customersWith(world, 'Active');
  if (!active) throw new Error('No customer is Active.');
  customer = active;
  const found = [...customer.users.values()].find(({ mobilePhone, department }) => mobilePhone && department);
  if (!found) throw new Error(`${customer.displayName} has nobody with a mobile number.`);
  person = found;
});
afterAll(async () => {
  await world?.close();
});

const peopleOf = () => page.locator('#contacts tbody tr');

it('MP-11 MP-12 says what to do first, and fills once a customer has consented', async () => {
  await choose(page, 'link', 'Contacts');
  expect(await page.locator('main').textContent()).toContain('No contacts yet');
  expect(await page.getByRole('button', { name: 'Sync users' }).isDisabled()).toBe(true);
  const visitor = await world.open();
  await visitor.goto(await consentLinkOf(world, page, customer.displayName));
  await choose(visitor, 'button', 'Continue to Microsoft');
  await passMicrosoft(visitor, `admin@${customer.defaultDomain}`);
  await page.goto(`${world.publicUrl}/connections`);
  await until(page, rowOf(page, customer.displayName).locator('[data-status=Success]'));
  await choose(page, 'link', 'Contacts');
  expect(await peopleOf().count()).toBe(customer.users.size);
});

it('MP-11 syncs customers, then users, and the page follows both by itself', async () => {
  await choose(page, 'button', '1. Sync customers');
  expect(await page.getByRole('status').first().textContent()).toContain('being read again');
  await expect
    .poll(() => page.getByRole('button', { name: 'Sync users' }).isDisabled(), { timeout: 40_000 })
    .toBe(false);
  await choose(page, 'button', '2. Sync users');
  await expect
    .poll(() => page.locator('#sync-times').textContent(), { timeout: 40_000 })
    .toMatch(/Users of 1 customer asked for/);
  expect(await page.locator('#progress[data-poll]').count()).toBe(0);
});

it('MP-12 finds who calls by the number, and shows the person', async () => {
  await page.goto(`${world.publicUrl}/contacts`);
  await page.getByLabel('Name, mail, number…').fill(`0${person.mobilePhone?.replace('+44', '').replaceAll(' ', '')}`);
  await choose(page, 'button', 'Find');
  expect(await peopleOf().count()).toBeGreaterThanOrEqual(1);
  await choose(page, 'link', person.displayName);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(person.displayName);
  const [mobile, mail] = [person.mobilePhone ?? '', person.mail];
  expect(await page.getByRole('link', { name: mobile }).getAttribute('href')).toBe(`tel:${mobile.replaceAll(' ', '')}`);
  if (mail) expect(await page.getByRole('link', { name: mail }).count()).toBe(1);
});

it('MP-12 filters by a group of one customer, whose CSV holds the same people', async () => {
  await page.goto(`${world.publicUrl}/contacts`);
  await choose(page, 'link', customer.displayName);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`Contacts of ${customer.displayName}`);
  await page.getByLabel('Group', { exact: true }).selectOption({ label: `Team ${person.department}` });
  await choose(page, 'button', 'Find');
  const team = [...customer.users.values()].filter(({ department }) => department === person.department);
  expect(await peopleOf().count()).toBe(team.length);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^contacts-\d{4}-\d\d-\d\d\.csv$/);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk));
  const lines = Buffer.concat(chunks).toString('utf8').split('\r\n').slice(1, -1);
  expect(lines).toHaveLength(team.length);
  for (const { displayName } of team) expect(lines.some((line) => line.includes(displayName))).toBe(true);
});

it('works without script', async () => {
  const plain = await world.open({ javaScriptEnabled: false });
  await signIn(world, plain);
  await choose(plain, 'link', 'Contacts');
  await plain.locator('summary', { hasText: 'More filters' }).click();
  await plain.getByLabel('User type').selectOption('member');
  await choose(plain, 'button', 'Find');
  expect(new URL(plain.url()).searchParams.get('userType')).toBe('member');
  await choose(plain, 'button', '2. Sync users');
  await until(plain, plain.locator('#sync-times', { hasText: 'Users of 1 customer asked for' }));
  await press(plain, plain.locator('tbody th a').first());
  expect(await plain.getByRole('heading', { name: 'Account' }).count()).toBe(1);
  expect(world.complaints).toEqual([]);
});
