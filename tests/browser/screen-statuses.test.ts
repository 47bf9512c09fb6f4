// Every status that a customer can show, in each of the ways that lead there: brought about by the simulated Microsoft, looked
// at in a browser. What each must show is in status-table.ts.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { walkJourney } from '../../infra/local/journey/journey.ts';
import { EVERY_STATUS } from '../../infra/local/microsoft/scenario/statuses.ts';
import { MINUTE_MS } from '../../shared/clock.ts';
import { inspectPage } from './inspect.ts';
import { type BrowserWorld, SERVICE, shoot, startBrowserWorld } from './kit.ts';
import { press, signIn } from './people.ts';
import { type Shown, statusTable } from './status-table.ts';

let world: BrowserWorld;
let page: Page;
beforeAll(async () => {
  world = await startBrowserWorld({ mix: 'every-status', customers: EVERY_STATUS.length, usersPerCustomer: 4 });
  const { publicUrl: portal, microsoft } = world;
  // The first day as `npm start -- --mix every-status` walks it: over the same pages that a browser would.
  const place = { portal, login: microsoft.origins.login, control: microsoft.control };
  expect((await walkJourney(place, () => undefined)).failures).toEqual([]);
  page = await world.open();
  await signIn(world, page, SERVICE);
}, 120_000);
afterAll(async () => {
  await world?.close();
});

const nameOf = ({ gdapStatus, variant, consent }: { gdapStatus: string; variant: string; consent?: string }) =>
  [gdapStatus, variant, consent].filter(Boolean).join(' ');

/** The customer that the scenario made for this row. */
function customerOf(scenario: string): { id: string } {
  const partner = world.tenant('northwindpartners.example').id;
  const row = world.microsoft.world.scenarioStatuses.find(
    (status) => status.partnerTenantId === partner && nameOf(status) === scenario,
  );
  const tenant = world.microsoft.world.tenants.get(row?.customerTenantId ?? '');
  if (!tenant) throw new Error(`No customer is ${scenario}.`);
  return tenant;
}

const customerRow = z.object({
  tenantId: z.string(),
  screen: z.string(),
  word: z.string(),
  tone: z.string(),
  group: z.string(),
  action: z.string(),
  consentStuck: z.boolean(),
  readiness: z.object({
    consent: z.string(),
    blockers: z.array(z.object({ meaning: z.string(), whatToDo: z.string() })),
  }),
  consent: z.object({ statusSince: z.string(), nextAttemptAt: z.string().nullable() }).nullable(),
});

/** The customers as the JSON API gives them to the same person. */
async function listed(): Promise<z.infer<typeof customerRow>[]> {
  const answer = await page.context().request.get(`${world.publicUrl}/api/v1/customers`);
  return z.object({ rows: z.array(customerRow) }).parse(await answer.json()).rows;
}

const apiRow = async (tenantId: string) => (await listed()).find((row) => row.tenantId === tenantId);

async function go(path: string): Promise<void> {
  const address = `${world.publicUrl}${path}`;
  if (page.url() !== address) await page.goto(address);
}

/** A status is never colour alone: word, icon and colour together. */
async function expectPill(pill: Locator, { word, tone }: { word: string; tone?: string | undefined }): Promise<void> {
  expect(await pill.textContent()).toBe(word);
  expect((await pill.getAttribute('class'))?.split(' ')).toContain(tone);
  expect(await pill.locator('svg[aria-hidden=true]').count()).toBe(1);
}

async function expectRow(shown: Shown, tenantId: string): Promise<void> {
  await go('/connections');
  const row = page.locator(`#customers tr[data-tenant="${tenantId}"]`);
  expect(await row.getAttribute('data-screen')).toBe(shown.screen);
  const gdap = row.locator('td[data-label=GDAP]');
  await expectPill(gdap.locator('.status'), shown.gdap);
  if (shown.gdap.note) expect(await gdap.locator('.note').textContent()).toMatch(shown.gdap.note);
  else expect(await gdap.locator('.note').count()).toBe(0);
  const consent = row.locator('td[data-label=Consent]');
  if (shown.consent.tone) await expectPill(consent.locator('.status'), shown.consent);
  else expect(await consent.locator('.status').count()).toBe(0);
}

/** On the customer's own page: the one status on top, and the sentence that explains it. */
async function expectPage(shown: Shown, tenantId: string): Promise<void> {
  await go(`/customers/${tenantId}`);
  await expectPill(page.locator('#standing .standing .status'), shown);
  expect((await page.locator('#standing').textContent())?.replace(/\s+/g, ' ')).toMatch(shown.says);
}

/** The next action beside the status leads to a page where it can be done. */
async function followNext({ next }: Shown, id: string): Promise<void> {
  await go('/connections');
  const row = page.locator(`#customers tr[data-tenant="${id}"]`);
  const steps = row.locator('td[data-label=GDAP], td[data-label=Consent]').locator('a, button');
  if (!next) return expect(await steps.count()).toBe(0);
  expect(await steps.count()).toBe(1);
  // Somebody who hears the page knows whose action it is. A reseller contract may hold an old name.
  const name = `${next.name} for ${await row.locator('th a').first().textContent()}`;
  await press(page, row.getByRole(next.role, { name, exact: true }));
  const { leadsTo } = next;
  if ('notice' in leadsTo) {
    expect(await page.locator('main .banner').first().textContent()).toMatch(leadsTo.notice);
    return;
  }
  expect(page.url()).toContain(`/customers/${id}`);
  const part = page.locator(leadsTo.within);
  if ('text' in leadsTo) expect(await part.textContent()).toMatch(leadsTo.text);
  else expect(await part.getByRole(leadsTo.control, { name: leadsTo.name }).first().isVisible()).toBe(true);
}

describe('a customer', () => {
  it('is there for every row of the table, and every customer has its row', () => {
    expect(statusTable.map(([, { scenario }]) => scenario).sort()).toEqual(EVERY_STATUS.map(nameOf).sort());
  });

  it.each(statusTable)(
    '%s: word, colour, icon and reason in the list, and a sentence on its page',
    async (_title, shown) => {
      const { id } = customerOf(shown.scenario);
      await expectRow(shown, id);
      await expectPage(shown, id);
    },
  );

  it.each(statusTable)('%s: the same words in the API', async (_title, shown) => {
    const row = await apiRow(customerOf(shown.scenario).id);
    expect(row).toMatchObject({ screen: shown.screen, word: shown.word, tone: shown.tone, group: shown.group });
    const sentences = row?.readiness.blockers.map(({ meaning, whatToDo }) => `${meaning} ${whatToDo}`) ?? [];
    if (shown.group === 'ready') expect(sentences).toEqual([]);
    else expect(sentences.join('\n')).toMatch(shown.says);
  });

  it('counts each status in the filter as the list shows it', async () => {
    await go('/connections');
    const expected = Map.groupBy(statusTable, ([, { screen }]) => screen);
    for (const [screen, rows] of expected)
      expect(await page.locator(`[data-filter=${screen}] .tally`).textContent()).toBe(String(rows.length));
    expect(await page.locator('[data-filter]').count()).toBe(expected.size);
  });
});

describe('to everybody', () => {
  afterAll(async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('the list with every status, in light and dark, wide and narrow', async () => {
    await go('/connections');
    await inspectPage(page, 'every-status');
  });

  it('Home, with all that needs somebody', async () => {
    await go('/');
    await inspectPage(page, 'every-status-home');
  });

  /** One customer for each status of the list. */
  const oneEach = [
    ...new Map(statusTable.map(([, shown]) => [`${shown.screen} ${shown.consent.word}`, shown])).values(),
  ];
  it.each(oneEach.map(({ scenario }) => [scenario] as const))('the page of a customer that is %s', async (scenario) => {
    await go(`/customers/${customerOf(scenario).id}`);
    await inspectPage(page, `status-${scenario.replaceAll(' ', '-').toLowerCase()}`, ['wide-light', 'narrow-dark']);
  });
});

describe('the next action', () => {
  it.each(statusTable)('%s: leads to where it is done', async (_title, shown) => {
    await followNext(shown, customerOf(shown.scenario).id);
  });
});

describe('a consent that takes too long', () => {
  /** Moves the time past the next attempt of a customer's consent, and waits until that was made. */
  async function passAttempt(tenantId: string): Promise<void> {
    const due = (await apiRow(tenantId))?.consent?.nextAttemptAt ?? null;
    if (due === null) throw new Error('No attempt is to come.');
    world.clock.advance(Math.max(0, Date.parse(due) - world.clock.now()) + 1000);
    const next = async () => (await apiRow(tenantId))?.consent?.nextAttemptAt;
    await expect.poll(next, { timeout: 20_000, interval: 50 }).not.toBe(due);
  }
  const rowOf = (tenantId: string) => page.locator(`#customers tr[data-tenant="${tenantId}"]`);
  const reload = () => page.goto(`${world.publicUrl}/connections`);

  it('SY-28 is stuck after 15 minutes: says so, and offers another look', async () => {
    const { id } = customerOf('Active single pending');
    world.clock.advance(15 * MINUTE_MS + 1000);
    await reload();
    expect(await rowOf(id).locator('td[data-label=Consent] .note').textContent()).toBe('taking longer than it should');
    expect(await apiRow(id)).toMatchObject({ consentStuck: true, group: 'needsYou', action: 'checkConsent' });
    await page.goto(`${world.publicUrl}/customers/${id}`);
    expect(await page.locator('#standing').textContent()).toContain('given more than 15 minutes ago');
    await reload();
    await press(page, rowOf(id).getByRole('button', { name: /^Check again for/ }));
    expect(await page.locator('main .banner').first().textContent()).toMatch(/looked at|checked/i);
  });

  it('SY-27 fails when Microsoft never confirms it, and is tried again by itself', async () => {
    const { id } = customerOf('Active single pending');
    for (let attempt = 0; (await apiRow(id))?.screen === 'ConsentPending' && attempt < 20; attempt += 1)
      await passAttempt(id);
    await reload();
    const cell = rowOf(id).locator('td[data-label=Consent]');
    await expectPill(cell.locator('.status'), { word: 'Failed', tone: 'needsPerson' });
    expect(await cell.locator('.note').textContent()).toMatch(/^tried again (in \d+ (min|h)|just now)$/);
    await page.goto(`${world.publicUrl}/customers/${id}`);
    const standing = page.locator('#standing');
    expect(await standing.textContent()).toContain('See the error; Tenantry tries again by itself.');
    expect(await standing.locator('[data-code]').getAttribute('data-code')).toBe('AADSTS7000229');
    await shoot(page, 'consent-failure-retried');
  });

  it('SY-31 is stuck after 45 minutes of granting roles, then fails', async () => {
    const { id } = customerOf('Active single granting');
    const statusSince = async () => Date.parse((await apiRow(id))?.consent?.statusSince ?? '');
    // Attempts grow rarer: the one that finds it stuck is not the first after 45 minutes.
    const dueMs = async () => Date.parse((await apiRow(id))?.consent?.nextAttemptAt ?? '');
    while ((await dueMs()) - (await statusSince()) <= 45 * MINUTE_MS) await passAttempt(id);
    const patienceEndsMs = (await statusSince()) + 45 * MINUTE_MS + 1000;
    world.clock.advance(Math.max(0, patienceEndsMs - world.clock.now()));
    await reload();
    expect(await rowOf(id).locator('td[data-label=Consent] .note').textContent()).toBe('taking longer than it should');
    await page.goto(`${world.publicUrl}/customers/${id}`);
    expect(await page.locator('#standing').textContent()).toContain('for more than 45 minutes');
    await shoot(page, 'consent-granting-stuck');
    await passAttempt(id);
    await reload();
    expect(await rowOf(id).getAttribute('data-screen')).toBe('ConsentFailure');
  });
});

it('no browser had anything to complain about', () => {
  expect(world.complaints).toEqual([]);
});
