// Consent by campaigns in a browser: links made, copied, seen and used; and a run in which the next opens by itself.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserWorld, SERVICE, shoot, startBrowserWorld } from './kit.ts';
import { choose, connected, passMicrosoft, press, until } from './people.ts';

let world: BrowserWorld;
let page: Page;
beforeAll(async () => {
  world = await startBrowserWorld({ mix: 'all-active', customers: 14 });
  page = await world.open({ permissions: ['clipboard-read', 'clipboard-write'] });
  await connected(world, page);
});
afterAll(async () => {
  await world?.close();
});
beforeEach(async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
});

const looks = [
  { name: 'wide-light', width: 1280, colorScheme: 'light' },
  { name: 'wide-dark', width: 1280, colorScheme: 'dark' },
  { name: 'narrow-light', width: 390, colorScheme: 'light' },
  { name: 'narrow-dark', width: 390, colorScheme: 'dark' },
] as const;

/** A picture in every look; nothing runs over the side, and axe finds nothing serious. */
async function inspect(name: string): Promise<void> {
  for (const { name: look, width, colorScheme } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: width === 1280 ? 900 : 844 });
    await shoot(page, `${name}-${look}`);
    await page.evaluate(axe.source);
    const serious = await page.evaluate(
      `axe.run().then(({ violations }) => violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`,
    );
    expect(serious, look).toEqual([]);
    const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(over, `${look}: runs over the side`).toBe(0);
  }
}

const rowWith = (state: string) => page.locator(`tr[data-state=${state}]`);

describe('by links', () => {
  it('G2-05 G2-16 makes links for those that are ticked, and follows the first of them until it is granted', async () => {
    await choose(page, 'link', 'Consent');
    expect(await page.locator('h1').textContent()).toBe('0 of 14 customers have consented; 14 to go');
    await inspect('consents');
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole('checkbox', { name: 'Tick all on this page' }).uncheck();
    expect(await page.locator('input[name=tick]:checked').count()).toBe(0);
    for (let index = 0; index < 4; index += 1) await page.locator('input[name=tick]').nth(index).check();
    await page.getByRole('radio', { name: /^Only those ticked/ }).check();
    await page.getByLabel('Name', { exact: true }).fill('Autumn');
    await choose(page, 'button', 'Make links');
    await until(page, rowWith('toSend').nth(3));
    expect(await page.locator('tr[data-state]').count()).toBe(4);

    const address = await rowWith('toSend').first().getByRole('textbox').inputValue();
    await rowWith('toSend').first().getByRole('button', { name: 'Copy' }).click();
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(address);
    expect(await rowWith('toSend').first().getByRole('link', { name: /^Mail/ }).getAttribute('href')).toContain(
      encodeURIComponent(address),
    );
    await choose(page, 'button', 'Mark 4 as sent');
    await until(page, rowWith('sent').nth(3));

    const visitor = await world.open();
    await visitor.goto(address);
    await page.reload();
    expect(await rowWith('opened').count()).toBe(0);
    await visitor.mouse.move(200, 200);
    await visitor.mouse.move(300, 300);
    await until(page, rowWith('opened'));
    await inspect('campaign');
    await choose(visitor, 'button', 'Continue to Microsoft');
    await until(page, rowWith('atMicrosoft'));
    const domain = (await rowWith('atMicrosoft').locator('th .note').textContent()) ?? '';
    await passMicrosoft(visitor, `admin@${domain}`);
    await until(page, rowWith('granted'));
    expect(await page.locator('#granted').textContent()).toContain('1 of 4 customers has consented');
  });

  it('downloads a draft that the mail program opens, and the table of links', async () => {
    const row = rowWith('sent').first();
    const [draft] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('button', { name: /^Draft/ }).click(),
    ]);
    expect(draft.suggestedFilename()).toMatch(/\.eml$/);
    const [table] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download as CSV' }).click(),
    ]);
    expect(table.suggestedFilename()).toBe('consent-links.csv');
    await page.goto(page.url());
    await choose(page, 'link', 'Copy all links');
    expect((await page.getByLabel(/^All links, a line/).inputValue()).split('\n')).toHaveLength(3);
    await inspect('campaign-all-links');
  });

  it('keeps what was typed in a letter that is refused', async () => {
    await page.getByText('Change name and letter').click();
    await page.getByLabel('Text').fill('Hello {customer}');
    await choose(page, 'button', 'Save');
    expect(await page.getByRole('alert').textContent()).toContain('{link}');
    expect(await page.getByLabel('Text').inputValue()).toBe('Hello {customer}');
    await inspect('campaign-refused');
    await page.getByLabel('Text').fill('Hello {customer}: {link}');
    await choose(page, 'button', 'Save');
    expect(await page.locator('.preserved').textContent()).toMatch(/^Hello .+: http/);
  });

  it('revokes all after saying how many, and takes it back', async () => {
    await page.getByText('Revoke all links…').click();
    await choose(page, 'button', 'Revoke 3 links');
    await until(page, rowWith('revoked').nth(2));
    await choose(page, 'button', 'Undo');
    await until(page, rowWith('sent').nth(2));
  });
});

describe('by a run', () => {
  /** What the Admin does at Microsoft; signed in there from before, only the consent is asked. */
  const atMicrosoft = async () => {
    await page.waitForURL((url) => url.origin !== world.publicUrl);
    await passMicrosoft(page, SERVICE);
  };

  it('G2-17 opens the next customer by itself, until somebody stops it; goes on, skips, and ends', async () => {
    await page.goto(`${world.publicUrl}/consents`);
    for (const box of await page.locator('input[name=tick]').all()) await box.uncheck();
    for (let index = 0; index < 5; index += 1) await page.locator('input[name=tick]').nth(index).check();
    await page.getByRole('radio', { name: /^Only those ticked/ }).check();
    await choose(page, 'button', 'Begin a run');
    await inspect('run-before');
    await choose(page, 'button', /^Begin with/);
    await passMicrosoft(page, SERVICE);
    expect(await page.locator('[data-after=granted]').count()).toBe(1);
    expect(await page.locator('[data-countdown]').textContent()).toMatch(/opens by itself in 5 seconds/);
    // Nobody presses anything: Microsoft's page for the next is there after some seconds.
    await atMicrosoft();
    expect(await page.locator('#run h2').textContent()).toBe('2 of 5 customers had their turn');
    await shoot(page, 'run-counting-down');
    await choose(page, 'button', 'Stop');
    expect(await page.locator('[data-countdown]').count()).toBe(0);
    await page.waitForTimeout(6_000);
    expect(new URL(page.url()).origin).toBe(world.publicUrl);
    await inspect('run-stopped');
    await page.setViewportSize({ width: 1280, height: 900 });
    await choose(page, 'button', /^Skip/);
    await choose(page, 'button', /^Go on with/);
    await passMicrosoft(page, SERVICE);
    expect(await page.locator('#run h2').textContent()).toBe('4 of 5 customers had their turn');
    await atMicrosoft();
    expect(await page.locator('#run h2').textContent()).toBe('The run is done');
    expect(await rowWith('granted').count()).toBe(4);
    expect(await rowWith('skipped').count()).toBe(1);
    await inspect('run-done');
  });

  it('works without script, by its button', async () => {
    const plain = await world.open({ javaScriptEnabled: false, storageState: await page.context().storageState() });
    await plain.goto(`${world.publicUrl}/consents`);
    await choose(plain, 'button', 'Begin a run');
    for (let turn = 0; turn < 2; turn += 1) {
      await press(plain, plain.locator('#run button.primary'));
      await passMicrosoft(plain, SERVICE);
      expect(await plain.locator('[data-after=granted]').count()).toBe(1);
    }
  });
});

it('no browser had anything to complain about', () => {
  expect(world.complaints).toEqual([]);
});
