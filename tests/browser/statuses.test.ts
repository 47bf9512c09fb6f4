// Every status of the default scenario shows its word, its colour and what to do next; the list can be sorted and filtered;
// the workspace's own forms say what is wrong with them.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserWorld, shoot, startBrowserWorld } from './kit.ts';
import { choose, connected, customersWith, press, rowOf, signIn } from './people.ts';

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

/** By the scenario's word for a status: what the page says, in which colour, and the next action. */
const shown = {
  Active: { word: 'Active', tone: 'done', action: 'Consent' },
  Expiring: { word: 'Expiring', tone: 'soon', action: 'Consent' },
  Expired: { word: 'Expired', tone: 'needsPerson', action: 'Renew' },
  Pending: { word: 'Pending', tone: 'soon', action: 'Resend request' },
  Missing: { word: 'Missing', tone: 'needsPerson', action: 'Request GDAP' },
  MissingRoles: { word: 'Missing roles', tone: 'needsPerson', action: 'Add roles' },
  MissingSecurityGroup: { word: 'Missing security group', tone: 'needsPerson', action: 'Assign group' },
  Error: { word: 'Error', tone: 'needsPerson', action: 'See error' },
} as const;

/** The first customer with this status: its tenant id. */
function customerWith(status: keyof typeof shown): string {
  const [found] = customersWith(world, status);
  if (!found) throw new Error(`No customer is ${status}.`);
  return found.id;
}

const go = (path: string) => page.goto(`${world.publicUrl}${path}`);
const names = () => page.locator('#customers tbody th a').allTextContents();

describe('the status of each customer', () => {
  const check = async (status: keyof typeof shown) => {
    await go('/connections');
    const row = page.locator(`tr[data-tenant="${customerWith(status)}"]`);
    const { word, tone, action } = shown[status];
    const pill = row.locator('td[data-label=GDAP] .status');
    expect(await pill.textContent()).toBe(word);
    expect((await pill.getAttribute('class'))?.split(' ')).toContain(tone);
    expect(await pill.locator('svg').count()).toBe(1);
    expect(await row.getByRole(action === 'Consent' ? 'button' : 'link', { name: action }).count()).toBeGreaterThan(0);
    const consent = await row.locator('td[data-label=Consent]').textContent();
    expect(consent).toMatch(action === 'Consent' ? /^Consent for / : /^–$/);
  };

  it('SY-26 G1-16 Active is green, with Consent beside it', () => check('Active'));
  it('SY-30 Expiring is amber', () => check('Expiring'));
  it('SY-29 Expired is red and leads to Renew', () => check('Expired'));
  it('G1-14 Pending is amber and leads to Resend request', () => check('Pending'));
  it('SY-32 Missing is red and leads to Request GDAP', () => check('Missing'));
  it('SY-33 Missing roles is red and leads to Add roles', () => check('MissingRoles'));
  it('SY-34 Missing security group is red and leads to Assign group', () => check('MissingSecurityGroup'));
  it('Error is red and leads to the error', () => check('Error'));

  it('SY-14 tells on the customer page what is in the way and how to mend it', async () => {
    for (const status of ['Expired', 'MissingRoles', 'Error'] as const) {
      await go(`/customers/${customerWith(status)}`);
      expect(await page.locator('[data-blocker]').first().getAttribute('data-blocker')).toBe(`gdap_${status}`);
      expect(await page.getByRole('button', { name: 'Sync now' }).count()).toBe(0);
    }
    expect(await page.locator('.banner.needsPerson').textContent()).toContain('could not be read');
    await shoot(page, 'customer-error');
  });

  it('lists on Home what needs a person, what stopped before what only waits', async () => {
    await go('/');
    expect(await page.locator('h1').textContent()).toBe('0 of 12 customers in step; 11 need you');
    const order = await page
      .locator('tr[data-screen]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-screen')));
    expect(order.slice(0, 5)).toEqual(['Error', 'Expired', 'Missing', 'MissingRoles', 'MissingSecurityGroup']);
    expect(new Set(order.slice(5))).toEqual(new Set(['NotRequested']));
  });
});

describe('the table', () => {
  it('G1-14 counts each status in the filter and shows what it counted', async () => {
    await go('/connections');
    const filters = page.locator('[data-filter]');
    expect(await filters.evaluateAll((links) => links.map((link) => link.textContent?.trim()))).toEqual([
      'Error 1',
      'Expired 1',
      'Pending 1',
      'Missing admin relationship 1',
      'Missing roles 1',
      'Missing security group 1',
      'Consent needed 6',
    ]);
    await press(page, page.locator('[data-filter=NotRequested]'));
    expect(await page.locator('#customers tbody tr').count()).toBe(6);
    expect(await page.locator('caption').textContent()).toContain('6 of 12 customers');
    await choose(page, 'link', 'Waiting 1');
    expect(await page.locator('#customers tbody tr').count()).toBe(1);
  });

  it('sorts by every column, both ways, and says so', async () => {
    await go('/connections');
    const up = await names();
    expect(up).toEqual([...up].sort((a, b) => a.localeCompare(b, 'en')));
    for (const column of ['GDAP', 'Consent', 'Sync', 'Last sync', 'Users', 'Unused seats', 'Customer']) {
      await press(page, page.locator('thead').getByRole('link', { name: column, exact: true }));
      expect(await page.locator('th[aria-sort=ascending]').textContent()).toContain(column);
    }
    await press(page, page.locator('thead').getByRole('link', { name: /^Customer/ }));
    expect(await page.locator('th[aria-sort=descending]').textContent()).toContain('Customer');
    expect(await names()).toEqual(up.toReversed());
  });

  it('finds by text, keeps the order, and says when nothing matches', async () => {
    await go('/connections?sort=gdap');
    await page.getByRole('searchbox').fill('  contoso ');
    await choose(page, 'button', 'Filter');
    expect(await names()).toEqual(['Contoso Bakery']);
    expect(page.url()).toContain('sort=gdap');
    await go('/connections?text=nobody');
    expect(await page.locator('#customers').textContent()).toContain('No customer matches.');
  });

  it('keeps its header in sight while the page scrolls', async () => {
    await page.setViewportSize({ width: 1280, height: 500 });
    await go('/connections');
    await page.locator('#customers tbody tr').last().scrollIntoViewIfNeeded();
    const box = await page.locator('thead th').first().boundingBox();
    expect(box?.y).toBeCloseTo(0, 0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('opens, walks and closes the menu of a row by keyboard', async () => {
    await go('/connections');
    const menu = rowOf(page, 'Contoso Bakery').locator('details.menu');
    const focused = () => page.locator(':focus').textContent();
    await menu.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await menu.getAttribute('open')).not.toBeNull();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Open');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Create consent link');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Open');
    await page.keyboard.press('Escape');
    expect(await menu.getAttribute('open')).toBeNull();
    expect(await focused()).toBe('⋯');
  });
});

const somebody = '3f2b8c1e-0d4a-4f66-9a51-6f0f6a7b1c2d';

describe('forms', () => {
  it('members: names the wrong field on top and at the field, and keeps what was typed', async () => {
    await go('/members');
    await page.getByLabel('Object id').fill('not a guid');
    await page.getByLabel('Name', { exact: true }).fill('Robin Reader');
    await page.getByLabel('User name').fill('robin@northwindpartners.example');
    await choose(page, 'button', 'Add');
    const summary = page.getByRole('alert');
    expect(await summary.textContent()).toContain('Object id: The object id is a GUID');
    expect(await page.locator(':focus').getAttribute('id')).toBe('errors');
    const field = page.getByLabel('Object id');
    expect(await field.inputValue()).toBe('not a guid');
    expect(await field.getAttribute('aria-describedby')).toContain('objectId-error');
    expect(await page.getByLabel('User name').inputValue()).toBe('robin@northwindpartners.example');
    await shoot(page, 'members-error');
    await field.fill(somebody);
    await choose(page, 'button', 'Add');
    expect(await page.locator('main .banner.done').textContent()).toContain('The member was added.');
  });

  it('members: changes a role, and removes only who is named', async () => {
    await go('/members');
    await choose(page, 'button', 'Make Admin (Robin Reader)');
    const row = page.locator('tr', { hasText: 'Robin Reader' });
    expect(await row.locator('td[data-label=Role]').textContent()).toBe('Admin');
    await press(page, row.getByRole('link', { name: /Remove/ }));
    expect(await page.locator('main').textContent()).toContain('loses sight of 12 customers at once');
    await page.getByLabel('Type Robin Reader to confirm').fill('Robin');
    await choose(page, 'button', 'Remove Robin Reader');
    expect(await page.getByRole('alert').textContent()).toContain('Type "Robin Reader" to confirm.');
    await shoot(page, 'member-remove');
    await page.getByLabel('Type Robin Reader to confirm').fill('robin reader');
    await choose(page, 'button', 'Remove Robin Reader');
    expect(await page.locator('main .banner.done').textContent()).toContain('The member was removed.');
    expect(await page.locator('tr', { hasText: 'Robin Reader' }).count()).toBe(0);
  });

  it('settings: refuses what is out of range, keeps it, and shows what it warns of after a change', async () => {
    await go('/settings');
    const field = page.getByLabel('Warn before a GDAP role ends, days');
    await field.fill('0');
    await page.locator('form[action="/settings"]').evaluate((form) => form.setAttribute('novalidate', ''));
    await choose(page, 'button', 'Save');
    expect(await page.getByRole('alert').textContent()).toContain('Give a whole number of days from 1 to 90.');
    expect(await field.inputValue()).toBe('0');
    await field.fill('2');
    await page.getByLabel('Sync each customer every').selectOption('60');
    await choose(page, 'button', 'Save');
    expect(await page.locator('main .banner.done').textContent()).toContain('The settings were changed.');
    expect(await page.getByLabel('Sync each customer every').inputValue()).toBe('60');
    await go('/connections');
    const row = page.locator(`tr[data-tenant="${customerWith('Expiring')}"]`);
    expect(await row.locator('td[data-label=GDAP] .status').textContent()).toBe('Active');
  });

  it('consent link: is revoked after a second press that says what is lost', async () => {
    const tenantId = customerWith('Expiring');
    await go('/connections');
    await press(page, page.locator(`tr[data-tenant="${tenantId}"]`).getByRole('button', { name: /^Consent/ }));
    const address = await page.locator('.copy input').inputValue();
    expect(await page.getByRole('button', { name: 'Revoke link' }).isVisible()).toBe(false);
    await page.getByText('Revoke this link…').click();
    await choose(page, 'button', 'Revoke link');
    expect(await page.locator('.copy').count()).toBe(0);
    const stranger = await world.open();
    expect((await stranger.goto(address))?.status()).toBe(410);
    expect(await stranger.locator('h1').textContent()).toBe('This link was withdrawn.');
    await stranger.context().close();
  });
});

describe('a Reader', () => {
  it('may have things read again and changes nothing', async () => {
    const olivia = [...world.tenant('northwindpartners.example').users.values()].find(({ userPrincipalName }) =>
      userPrincipalName.startsWith('olivia.'),
    );
    await go('/members');
    await page.getByLabel('Object id').fill(olivia?.id ?? '');
    await page.getByLabel('Name', { exact: true }).fill('Olivia Okafor');
    await choose(page, 'button', 'Add');
    const other = await world.open();
    await signIn(world, other, 'olivia.ordinary@northwindpartners.example');
    await other.goto(`${world.publicUrl}/connections`);
    expect(await other.getByRole('button', { name: 'Refresh', exact: true }).count()).toBe(1);
    for (const hidden of ['Reauthorize CSP', /^Consent/, 'Create consent link'])
      expect(await other.getByRole('button', { name: hidden }).count()).toBe(0);
    await other.goto(`${world.publicUrl}/settings`);
    expect(await other.getByRole('button', { name: 'Save' }).count()).toBe(0);
    expect((await other.goto(`${world.publicUrl}/connect`))?.status()).toBe(403);
    expect(await other.locator('h1').textContent()).toBe('Only an Admin may do this.');
    await other.context().close();
  });
});

it('no browser had anything to complain about', () => {
  expect(world.complaints).toEqual([]);
});
