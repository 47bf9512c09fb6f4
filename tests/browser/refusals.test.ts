// What goes wrong is said in words, with who can mend it and how: sign-ins, connections and consents that fail.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserWorld, shoot, startBrowserWorld } from './kit.ts';
import { choose, connect, consentLinkOf, customersWith, passMicrosoft, signIn, until } from './people.ts';

let world: BrowserWorld;
let page: Page;
beforeAll(async () => {
  world = await startBrowserWorld();
  page = await world.open();
});
afterAll(async () => {
  await world?.close();
});

const heading = async (on: Page) => (await on.locator('h1').textContent()) ?? '';

describe('signing in', () => {
  it('says that a cancelled sign-in changed nothing and offers another', async () => {
    const other = await world.open();
    await other.goto(`${world.publicUrl}/sign-in`);
    await choose(other, 'button', 'Sign in with Microsoft');
    await choose(other, 'button', 'Cancel');
    expect(other.url()).toBe(`${world.publicUrl}/sign-in?notice=sign_in_cancelled`);
    expect(await other.locator('main .banner.soon').textContent()).toContain('You are not signed in.');
    expect(await other.getByRole('button', { name: 'Sign in with Microsoft' }).count()).toBe(1);
    await shoot(other, 'sign-in-cancelled');
    await other.context().close();
  });

  it('refuses an ordinary user of a tenant that has no workspace yet, and says what it takes', async () => {
    const other = await world.open();
    await signIn(world, other, 'olivia.ordinary@northwindpartners.example');
    expect(await other.locator('main').textContent()).toContain('Global Administrator');
    await shoot(other, 'sign-in-ordinary');
    await other.context().close();
  });

  it('refuses a personal account', async () => {
    const other = await world.open();
    await signIn(world, other, 'pat.personal@outlook.example');
    expect(await other.locator('.shell').count()).toBe(0);
    await shoot(other, 'sign-in-personal');
    await other.context().close();
  });

  it('answers 404 in words for what is not there', async () => {
    await signIn(world, page);
    const answer = await page.goto(`${world.publicUrl}/customers/00000000-0000-4000-8000-000000000000`);
    expect(answer?.status()).toBe(404);
    expect(await heading(page)).toBe('There is no such customer.');
    expect(await page.locator('main').textContent()).toMatch(/correlation id [0-9a-f-]{36}/);
    await shoot(page, 'not-found');
  });
});

describe('connecting', () => {
  const reasons = async (upn: string) => {
    await connect(world, page, upn);
    const card = page.locator('[data-connection=AuthFailed]');
    expect(await card.locator('.status.needsPerson').textContent()).toBe('Auth failed');
    expect(await card.getByRole('button', { name: 'Reauthorize CSP' }).count()).toBe(1);
    return card.locator('[data-code]').getAttribute('data-code');
  };

  it('says that a cancelled sign-in changed nothing', async () => {
    await page.goto(`${world.publicUrl}/connect`);
    await page.getByRole('checkbox').check();
    await choose(page, 'button', 'Connect to Microsoft');
    await choose(page, 'button', 'Cancel');
    expect(await page.locator('main .banner.soon').textContent()).toContain('was cancelled');
  });

  it('SY-23b shows No MFA Prompt with what to do, and Reauthorize', async () => {
    expect(await reasons('nora.nomfa@northwindpartners.example')).toBe('no_mfa_prompt');
    await shoot(page, 'connection-no-mfa');
  });

  it('SY-23c shows that the account is not in AdminAgents', async () => {
    expect(await reasons('lena.lone@northwindpartners.example')).toBe('not_in_admin_agents');
  });

  it('G1-11 shows that the account lacks permissions', async () => {
    expect(await reasons('tariq.technician@northwindpartners.example')).toBe('insufficient_permissions');
    expect(await page.locator('[data-connection]').textContent()).toContain('not a Global Administrator');
  });

  it('SY-23d shows a partner without customers', async () => {
    const other = await world.open();
    await signIn(world, other, 'admin@lucernemanaged.example');
    await connect(world, other, 'admin@lucernemanaged.example');
    expect(await other.locator('[data-code]').getAttribute('data-code')).toBe('no_child_tenants');
    await shoot(other, 'connection-no-customers');
    await other.context().close();
  });

  it('SY-40 connects by Reauthorize once the account is right', async () => {
    await page.goto(`${world.publicUrl}/connections`);
    await choose(page, 'button', 'Reauthorize CSP');
    await passMicrosoft(page, 'svc-tenantry@northwindpartners.example');
    expect(await page.locator('[data-connection=Connected]').count()).toBe(1);
    await until(page, page.locator('#customers tbody tr').nth(11));
  });
});

describe('consenting', () => {
  const open = async (place: number) => {
    const tenant = customersWith(world, 'Active')[place];
    if (!tenant) throw new Error('Too few customers are Active.');
    const address = await consentLinkOf(world, page, tenant.displayName);
    const admin = await world.open();
    await admin.goto(address);
    await choose(admin, 'button', 'Continue to Microsoft');
    return { tenant, admin, address };
  };

  it('tells the customer that declined what that means, and leaves the link open', async () => {
    const { tenant, admin, address } = await open(0);
    await passMicrosoft(admin, `admin@${tenant.defaultDomain}`, { consent: 'cancel' });
    expect(await admin.locator('[data-result]').getAttribute('data-result')).toBe('failed');
    expect(await heading(admin)).toBe('That did not work.');
    expect(await admin.locator('main').textContent()).toContain('What to do:');
    await shoot(admin, 'consent-declined');
    expect((await admin.goto(address))?.status()).toBe(200);
    await admin.context().close();
  });

  it('SY-27 shows the same refusal to the MSP', async () => {
    const tenant = customersWith(world, 'Active')[0];
    await page.goto(`${world.publicUrl}/customers/${tenant?.id}`);
    await shoot(page, 'customer-consent-declined');
    expect(await page.locator('#standing .banner').first().textContent()).toMatch(/consent/i);
  });

  it('does not let an ordinary user of the customer consent', async () => {
    const { tenant, admin } = await open(1);
    const user = [...tenant.users.values()].find(
      ({ directoryRoles, userType, accountEnabled }) =>
        directoryRoles.length === 0 && userType === 'Member' && accountEnabled,
    );
    await passMicrosoft(admin, user?.userPrincipalName ?? '');
    expect(await heading(admin)).toBe('Need admin approval');
    await choose(admin, 'button', /without granting consent/);
    expect(await admin.locator('[data-result]').getAttribute('data-result')).toBe('failed');
    await shoot(admin, 'consent-ordinary-user');
    await admin.context().close();
  });

  it('refuses an administrator of another customer', async () => {
    const { admin } = await open(2);
    const stranger = customersWith(world, 'Active')[3];
    await passMicrosoft(admin, `admin@${stranger?.defaultDomain}`);
    expect(await admin.locator('main').textContent()).not.toContain('Thank you');
    await shoot(admin, 'consent-wrong-tenant');
    await admin.context().close();
  });

  it('SY-28 shows that Microsoft is still passing the consent on, and then that it is done', async () => {
    world.microsoft.context.settings.propagationDelayMs = 4_000;
    const { tenant, admin } = await open(3);
    await passMicrosoft(admin, `admin@${tenant.defaultDomain}`);
    expect(await admin.locator('[data-result]').getAttribute('data-result')).toBe('pending');
    await shoot(admin, 'consent-pending');
    world.clock.advance(5 * 60_000);
    await admin.locator('[data-result=granted]').waitFor({ timeout: 60_000 });
    world.microsoft.context.settings.propagationDelayMs = 0;
    await admin.context().close();
  });

  it('says that an expired link has expired, and nothing at all about an address that never was one', async () => {
    const tenant = customersWith(world, 'Active')[4];
    const address = await consentLinkOf(world, page, tenant?.displayName ?? '');
    world.clock.advance(31 * 86_400_000);
    const admin = await world.open();
    expect((await admin.goto(address))?.status()).toBe(410);
    expect(await heading(admin)).toBe('This link has expired.');
    await shoot(admin, 'consent-expired');
    expect((await admin.goto(`${world.publicUrl}/consent/${'A'.repeat(43)}`))?.status()).toBe(404);
    expect(await admin.locator('main').textContent()).not.toContain('Northwind');
    await shoot(admin, 'consent-unknown');
    await admin.context().close();
  });
});

it('no browser had anything to complain about', () => {
  expect(world.complaints).toEqual([]);
});
