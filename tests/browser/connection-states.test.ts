// Every state of a connection and every reason why it fails: brought about at the simulated Microsoft, looked at in a browser,
// and mended by what the page says. no_mfa_prompt, not_in_admin_agents, no_child_tenants and insufficient_permissions are walked
// in refusals.test.ts.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PARTNER_APP_ID, VENDOR_TENANT_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import { DAY_MS, MINUTE_MS } from '../../shared/clock.ts';
import { type BrowserWorld, SERVICE, shoot, startBrowserWorld } from './kit.ts';
import { choose, passMicrosoft, press, signIn, until } from './people.ts';

let world: BrowserWorld;
let page: Page;
beforeAll(async () => {
  world = await startBrowserWorld({ customers: 2, mix: 'all-active', usersPerCustomer: 2 });
  page = await world.open();
  await signIn(world, page);
});
afterAll(async () => {
  await world?.close();
});
beforeEach(async () => {
  await control('DELETE', 'faults');
});

async function control(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
  const answer = await fetch(`${world.microsoft.control}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
}

const partner = () => world.tenant('northwindpartners.example');
const change = (what: { kind: string } & Record<string, unknown>) =>
  control('POST', 'change', { tenantId: partner().id, ...what });
const fault = (rule: Record<string, unknown>) => control('POST', 'faults', { rules: [rule] });
/** Microsoft's token endpoint of the partner tenant refuses for good, with this code. */
const refuseTokens = (code: string, message: string) =>
  fault({
    match: { origin: 'login', pathPrefix: `/${partner().id}/oauth2/v2.0/token` },
    kind: 'refuse',
    status: 400,
    code,
    message,
  });
const endCredentials = (atMs: number) =>
  change({ kind: 'endAppCredentials', tenantId: VENDOR_TENANT_ID, appId: PARTNER_APP_ID, atMs });
const serviceAccount = () => {
  const [found] = [...partner().users.values()].filter(({ userPrincipalName }) => userPrincipalName === SERVICE);
  if (!found) throw new Error('There is no service account.');
  return found;
};

const card = () => page.locator('#cards [data-connection]');
const goTo = (path: string) => page.goto(`${world.publicUrl}${path}`);

async function expectPill(pill: Locator, word: string, tone: string): Promise<void> {
  expect(await pill.textContent()).toBe(word);
  expect((await pill.getAttribute('class'))?.split(' ')).toContain(tone);
  expect(await pill.locator('svg[aria-hidden=true]').count()).toBe(1);
}

const connectionsAnswer = z.object({
  items: z.array(
    z.object({
      state: z.string(),
      reason: z.string().nullable(),
      explanation: z
        .object({ code: z.string(), meaning: z.string(), whatToDo: z.string(), whoActs: z.string() })
        .nullable(),
    }),
  ),
});
async function apiConnection() {
  const answer = await page.context().request.get(`${world.publicUrl}/api/v1/connections`);
  return connectionsAnswer.parse(await answer.json()).items[0];
}

interface Said {
  state: 'AuthFailed' | 'ReauthRequired';
  reason: string;
  /** Of the explanation, where it is not the reason. */
  code?: string;
  says: RegExp;
  whoActs: RegExp;
}

/** Word, colour and icon; what happened, who can mend it and how; the button; the same in the API and on Home. */
async function expectSaid({ state, reason, code = reason, says, whoActs }: Said): Promise<void> {
  await goTo('/connections');
  expect(await card().getAttribute('data-connection')).toBe(state);
  const word = state === 'AuthFailed' ? 'Auth failed' : 'Sign-in needed';
  await expectPill(card().locator('.status').first(), word, 'needsPerson');
  const banner = card().locator('.banner.needsPerson').first();
  expect(await banner.getAttribute('data-code')).toBe(code);
  expect(await banner.textContent()).toMatch(says);
  expect(await banner.textContent()).toMatch(whoActs);
  expect(await card().locator('button.primary').count()).toBe(whoActs === operator ? 0 : 1);
  expect(await card().getByRole('button', { name: 'Reauthorize CSP' }).count()).toBe(1);
  const inApi = await apiConnection();
  expect(inApi).toMatchObject({ state, reason, explanation: { code } });
  expect(`${inApi?.explanation?.meaning} ${inApi?.explanation?.whatToDo}`).toMatch(says);
  await shoot(page, `connection-${reason}`);
  await goTo('/');
  expect(await page.locator(`main [data-code=${code}]`).textContent()).toContain('is not connected.');
}

const you = /Who can mend it: you or an Admin of your workspace/;
const operator = /Who can mend it: whoever runs this Tenantry/;

/** From Connections to Microsoft, by whichever button there is. */
async function depart(): Promise<void> {
  await goTo('/connections');
  const again = page.getByRole('button', { name: 'Reauthorize CSP' });
  if ((await again.count()) > 0) return press(page, again);
  await goTo('/connect');
  await page.getByRole('checkbox').check();
  await choose(page, 'button', 'Connect to Microsoft');
}

async function reauthorize(): Promise<void> {
  await depart();
  await passMicrosoft(page, SERVICE);
  expect(await page.locator('[data-connection=Connected]').count()).toBe(1);
}

describe('before it is connected', () => {
  it('is Signing in while somebody is at Microsoft, and not connected when they never come back', async () => {
    await depart();
    await goTo('/connections');
    await expectPill(card().locator('.status').first(), 'Signing in', 'working');
    world.clock.advance(15 * MINUTE_MS + 1000);
    await goTo('/connections');
    await expectPill(card().locator('.status').first(), 'Not connected', 'notStarted');
    expect(await card().textContent()).toContain('begun but not finished');
    await choose(page, 'link', 'Connect your partner tenant');
    expect(await page.locator('form[action="/connect/start"]').count()).toBe(1);
  });

  it('policy_blocks_application: somebody whose consent needs an administrator comes back without', async () => {
    await depart();
    await passMicrosoft(page, 'olivia.ordinary@northwindpartners.example');
    await choose(page, 'button', /without granting consent/);
    await expectSaid({
      state: 'AuthFailed',
      reason: 'policy_blocks_application',
      says: /A policy of the partner tenant blocks the application\. Let an administrator approve Tenantry/,
      whoActs: you,
    });
  });

  it('is not connected, and nothing has failed, when what Microsoft asks for is not accepted', async () => {
    await depart();
    await passMicrosoft(page, SERVICE, { consent: 'cancel' });
    expect(await page.locator('main .banner.soon').first().textContent()).toContain('was cancelled');
    await goTo('/connections');
    await expectPill(card().locator('.status').first(), 'Not connected', 'notStarted');
  });

  it.each<[string, string, string, Said]>([
    [
      'conditional_access_block',
      '53003',
      'Access has been blocked by Conditional Access policies.',
      {
        state: 'AuthFailed',
        reason: 'conditional_access_block',
        says: /Conditional Access of the partner tenant blocked the account\. Adjust the policy/,
        whoActs: you,
      },
    ],
    [
      'wrong_app',
      '700016',
      'Application with identifier x was not found in the directory.',
      {
        state: 'AuthFailed',
        reason: 'wrong_app',
        says: /Microsoft does not know the partner app, or it is set up for something else\. .*checks the client id/,
        whoActs: operator,
      },
    ],
    [
      'wrong_tenant',
      '50020',
      'User account x does not exist in tenant y.',
      {
        state: 'AuthFailed',
        reason: 'wrong_tenant',
        says: /The account belongs to another tenant than this workspace\. Sign in with an account of the tenant/,
        whoActs: you,
      },
    ],
    [
      'an error that nobody knows: Microsoft’s own words',
      '999999',
      'The moon is in the wrong house.',
      {
        state: 'AuthFailed',
        reason: 'unknown',
        code: 'AADSTS999999',
        says: /The moon is in the wrong house/,
        whoActs: /Who can mend it/,
      },
    ],
  ])('G1-11 AuthFailed, %s', async (_title, code, message, said) => {
    await refuseTokens(code, message);
    await depart();
    await passMicrosoft(page, SERVICE, { forAll: true });
    await expectSaid(said);
  });

  it('client_secret_expired is for whoever runs the deployment', async () => {
    await endCredentials(world.clock.now() - 1000);
    await depart();
    await passMicrosoft(page, SERVICE, { forAll: true });
    await expectSaid({
      state: 'AuthFailed',
      reason: 'client_secret_expired',
      says: /The secret or certificate of the partner app has expired or is wrong\. .*puts a new secret/,
      whoActs: operator,
    });
    await endCredentials(world.clock.now() + 400 * DAY_MS);
  });

  it('SY-22 SY-23a is Auth pending while the account is checked, and failed when that takes more than 15 minutes', async () => {
    await fault({ match: { origin: 'partnerCenter' }, kind: 'latency', latencyMs: 3000 });
    await depart();
    const arriving = passMicrosoft(page, SERVICE, { forAll: true });
    const other = await page.context().newPage();
    await other.goto(`${world.publicUrl}/connections`);
    await until(other, other.locator('[data-connection=AuthPending]'));
    await expectPill(other.locator('#cards .status').first(), 'Auth pending', 'soon');
    expect(await other.locator('#progress').textContent()).toContain('may take several minutes');
    world.clock.advance(15 * MINUTE_MS + 1000);
    await other.goto(`${world.publicUrl}/connections`);
    await expectPill(other.locator('#cards .status').first(), 'Auth failed', 'needsPerson');
    expect(await other.locator('#cards [data-code]').getAttribute('data-code')).toBe('unknown');
    await other.close();
    await arriving;
    expect(await page.locator('[data-connection=Connected]').count()).toBe(1);
  });
});

describe('once it is connected', () => {
  beforeAll(async () => {
    await control('DELETE', 'faults');
    await reauthorize();
    await expectPill(card().locator('.status').first(), 'Connected', 'done');
    await until(page, page.locator('#customers tbody tr').nth(1));
    await until(page, page.locator('#progress:not([data-poll])'));
  });

  /** Has the customers read again, which uses the kept sign-in, and waits until that has ended. */
  async function refresh(): Promise<void> {
    await goTo('/connections');
    await choose(page, 'button', 'Refresh');
    await until(page, page.locator('[data-connection=ReauthRequired]'));
  }

  it.each<[string, () => Promise<void>, Omit<Said, 'state' | 'whoActs'>]>([
    [
      'refresh_token_revoked',
      () => change({ kind: 'revokeRefreshTokens', userId: serviceAccount().id }),
      {
        reason: 'refresh_token_revoked',
        says: /was revoked, for instance by a new password\. Choose Reauthorize and sign in again/,
      },
    ],
    [
      'refresh_token_expired',
      async () => void world.clock.advance(91 * DAY_MS),
      {
        reason: 'refresh_token_expired',
        says: /The sign-in of the service account has expired\. Choose Reauthorize and sign in again/,
      },
    ],
    [
      'missing_service_principal',
      () => change({ kind: 'removeApp', appId: PARTNER_APP_ID }),
      {
        reason: 'missing_service_principal',
        says: /not in the partner tenant: it was removed or never consented\. Choose Reauthorize with a Global Administrator/,
      },
    ],
    [
      'no_mfa_prompt',
      () => refuseTokens('50076', 'Due to a configuration change, you must use multi-factor authentication.'),
      {
        reason: 'no_mfa_prompt',
        says: /was not asked for multi-factor authentication/,
      },
    ],
  ])('SY-40 Sign-in needed, %s, until Reauthorize', async (_title, bringAbout, said) => {
    await bringAbout();
    await goTo('/connections');
    // The session of whoever looks may have ended meanwhile.
    if (page.url().includes('/sign-in')) await signIn(world, page);
    await refresh();
    await expectSaid({ ...said, state: 'ReauthRequired', whoActs: you });
    await control('DELETE', 'faults');
    await reauthorize();
    expect(await apiConnection()).toMatchObject({ state: 'Connected', reason: null, explanation: null });
  });

  it.each<[string, () => Promise<void>, () => Promise<void>, Omit<Said, 'state'>]>([
    [
      'client_secret_expired',
      () => endCredentials(world.clock.now() - 1000),
      () => endCredentials(world.clock.now() + 400 * DAY_MS),
      {
        reason: 'client_secret_expired',
        says: /nobody needs to sign in again/,
        whoActs: operator,
      },
    ],
    [
      'conditional_access_block',
      () => refuseTokens('53003', 'Access has been blocked by Conditional Access policies.'),
      () => control('DELETE', 'faults'),
      {
        reason: 'conditional_access_block',
        says: /Conditional Access of the partner tenant blocked the account/,
        whoActs: you,
      },
    ],
    [
      'policy_blocks_application: the app was disabled',
      () => change({ kind: 'disableApp', appId: PARTNER_APP_ID }),
      () => change({ kind: 'enableApp', appId: PARTNER_APP_ID }),
      {
        reason: 'policy_blocks_application',
        says: /A policy of the partner tenant blocks the application/,
        whoActs: you,
      },
    ],
  ])('Sign-in needed, %s, until Check again finds it mended', async (_title, bringAbout, mend, said) => {
    await bringAbout();
    await refresh();
    await expectSaid({ ...said, state: 'ReauthRequired' });
    await goTo('/connections');
    await press(
      page,
      card()
        .getByRole('button', { name: /^Check again/ })
        .first(),
    );
    expect(await card().getAttribute('data-connection')).toBe('ReauthRequired');
    await mend();
    await goTo('/connections');
    await press(
      page,
      card()
        .getByRole('button', { name: /^Check again/ })
        .first(),
    );
    expect(await card().getAttribute('data-connection')).toBe('Connected');
  });

  it('SY-24 shows Error with what Microsoft said while its customers cannot be read, and gets over it', async () => {
    await fault({
      match: { origin: 'graph', pathPrefix: '/v1.0/tenantRelationships' },
      kind: 'refuse',
      status: 403,
      code: 'Authorization_RequestDenied',
      message: 'Insufficient privileges to complete the operation.',
    });
    await goTo('/connections');
    await choose(page, 'button', 'Refresh');
    await until(page, page.locator('#cards .status.needsPerson'));
    await expectPill(card().locator('.status').first(), 'Error', 'needsPerson');
    const banner = card().locator('.banner.needsPerson').first();
    expect(await banner.textContent()).toContain('Customers could not be read.');
    await shoot(page, 'connection-error');
    await control('DELETE', 'faults');
    await choose(page, 'button', 'Refresh');
    await until(page, page.locator('#cards .status.done'));
  });
});

it('no browser had anything to complain about', () => {
  expect(world.complaints).toEqual([]);
});
