// Check again, beside each error: it tests just that, over the simulated Microsoft, and says what came of it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { ROLE } from '../../infra/local/microsoft/graph/directory-roles.ts';
import { PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/clock.ts';
import { readAs } from '../../shared/store/scoped.ts';
import { checkSync } from '../../shared/sync/check.ts';
import { syncRowDoc } from '../../shared/sync/documents.ts';
import { refreshSchedule } from '../../shared/sync/may-sync.ts';
import {
  connectAs,
  connectionIdOf,
  consentAs,
  customerOf,
  linkOf,
  northwind,
  openConnected,
  serviceAccount,
} from './kit/connected.ts';
import { startSyncWorld } from './kit/sync-world.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

let world: TestWorld;
let browser: HttpBrowser;
beforeEach(async () => {
  world = await startTestWorld({ functions: functionList, mix: 'all-active' });
  browser = await openConnected(world);
});
afterEach(() => world.close());

const partner = () => world.tenant(northwind);
const service = () => {
  const found = [...partner().users.values()].find(({ userPrincipalName }) => userPrincipalName === serviceAccount);
  if (!found) throw new Error('There is no service account.');
  return found;
};
const agents = () => {
  const found = [...partner().groups.values()].find(({ displayName }) => displayName === 'AdminAgents');
  if (!found) throw new Error('There is no AdminAgents.');
  return found;
};
const check = async () => {
  const id = await connectionIdOf(world, browser);
  const { status, body } = await world.api(browser, 'POST', `/api/v1/connections/${id}/check`);
  return { status, ...Object(body) };
};
const page = async () => (await browser.get(`${world.publicUrl}/connections`)).document;
const first = (): Tenant => {
  const [tenant] = world.customersOf(partner());
  if (!tenant) throw new Error('The scenario has no customer.');
  return tenant;
};
/** Past the life of every token, and signed in anew. */
async function later(ms = 2 * HOUR_MS): Promise<void> {
  world.clock.advance(ms);
  await world.signIn(browser, serviceAccount);
}

describe('a connection', () => {
  it('that works says so, and keeps when it was tested', async () => {
    const found = await check();
    expect(found).toMatchObject({ status: 200, works: true, explanation: null });
    expect(found.connection).toMatchObject({
      state: 'Connected',
      checkedAt: new Date(world.clock.now()).toISOString(),
    });
  });

  it('SY-23c that lost AdminAgents names it until the account is a member again', async () => {
    const before = agents().memberIds;
    agents().memberIds = before.filter((id) => id !== service().id);
    const lost = await check();
    expect(lost).toMatchObject({ works: false, explanation: { code: 'not_in_admin_agents' } });
    expect(lost.connection.state).toBe('Connected');
    const banner = (await page())?.querySelector('[data-connection] [data-code=not_in_admin_agents]');
    expect(banner?.textContent).toContain('The account is not in AdminAgents.');
    agents().memberIds = before;
    const form = banner?.querySelector('form')?.getAttribute('action') ?? '';
    const after = await world.postForm(browser, form);
    expect(after.url.search).toBe('?notice=connection_works');
    expect((await page())?.querySelector('[data-code=not_in_admin_agents]')).toBeNull();
  });

  it('SP-06 whose account has stepped down from Global Administrator works', async () => {
    service().directoryRoles = [ROLE.applicationAdministrator];
    await later();
    expect(await check()).toMatchObject({ works: true, explanation: null });
  });

  it('whose sign-in was revoked needs a new one; Check again finds it mended by nobody else', async () => {
    world.microsoft.world.refreshTokens.clear();
    const refused = await check();
    expect(refused).toMatchObject({ works: false, explanation: { code: 'refresh_token_revoked' } });
    expect(refused.connection.state).toBe('ReauthRequired');
    expect(await check()).toMatchObject({ works: false });
  });

  it('whose app has a new secret works without a sign-in, and its customers are read', async () => {
    const app = world.microsoft.world.apps.get(PARTNER_APP_ID);
    const endings = app?.secrets.map(({ expiresMs }) => expiresMs) ?? [];
    for (const secret of app?.secrets ?? []) secret.expiresMs = world.clock.now() - DAY_MS;
    expect(await check()).toMatchObject({ works: false, explanation: { code: 'client_secret_expired' } });
    for (const [index, secret] of (app?.secrets ?? []).entries()) secret.expiresMs = endings[index] ?? 0;
    world.clock.advance(MINUTE_MS);
    expect(await check()).toMatchObject({ works: true, connection: { state: 'Connected' } });
    const at = new Date(world.clock.now()).toISOString();
    await until(async () => (await customerOf(world, first())).gdapReadAt === at);
  });

  it('that Microsoft does not let be tested at the moment has failed nothing', async () => {
    const faults = async (rules: unknown) => {
      const body = JSON.stringify({ rules });
      const headers = { 'content-type': 'application/json' };
      await fetch(`${world.microsoft.control}/control/faults`, { method: 'POST', headers, body });
    };
    await faults([{ match: { origin: 'graph', pathPrefix: '/v1.0/me' }, kind: '503', rate: 1 }]);
    expect(await check()).toMatchObject({ status: 503, retryHelps: true });
    const { body } = await world.api(browser, 'GET', `/api/v1/connections/${await connectionIdOf(world, browser)}`);
    expect(Object(body).checks.every(({ ok }: { ok: boolean }) => ok)).toBe(true);
    await faults([]);
    expect(await check()).toMatchObject({ works: true });
  });

  it('of which no sign-in is kept says that there is nothing to test', async () => {
    const other = await startTestWorld({ mix: 'all-active' });
    const visitor = other.openBrowser();
    await other.signIn(visitor, serviceAccount);
    await connectAs(other, visitor, `lena.lone@${northwind}`);
    const id = await connectionIdOf(other, visitor);
    const { status, body } = await other.api(visitor, 'POST', `/api/v1/connections/${id}/check`);
    expect({ status, code: Object(body).code }).toEqual({ status: 409, code: 'nothing_to_check' });
    await other.close();
  });
});

describe("a customer's sync", () => {
  const checkIt = async () => {
    const { status, body } = await world.api(browser, 'POST', `/api/v1/customers/${first().id}/sync/check`);
    return { status, outcome: Object(body).outcome, code: Object(body).code };
  };
  const sync = async () => (await customerOf(world, first())).sync?.status;
  const consented = async () => {
    const tenant = first();
    await consentAs(world, world.openBrowser(), await linkOf(world, browser, tenant), `admin@${tenant.defaultDomain}`);
    await until(async () => (await sync()) === 'Success');
  };

  it('that may not run says what stands in the way', async () => {
    expect(await checkIt()).toEqual({ status: 409, outcome: undefined, code: 'consent_NotRequested' });
  });

  it('in order is tried by a run', async () => {
    await consented();
    expect(await checkIt()).toMatchObject({ status: 200, outcome: 'running' });
  });
});

it('SY-37 a sync in Auth error stays there while Microsoft refuses, and goes on at once when it does not', async () => {
  const alone = await startSyncWorld();
  const { app, workspace, tenant } = alone;
  await alone.makeReady(tenant);
  await refreshSchedule(app, alone.workspaceId, tenant.id);
  await alone.work();
  await alone.change({ kind: 'disableApp', tenantId: tenant.id });
  alone.advance(2 * HOUR_MS);
  expect(await alone.run(tenant)).toBe('AuthError');
  const row = async () => (await readAs(workspace.customers, `sync:${tenant.id}`, syncRowDoc))?.doc.status;
  expect(await checkSync(app, workspace, tenant.id)).toBe('still');
  expect(await row()).toBe('AuthError');
  await alone.change({ kind: 'enableApp', tenantId: tenant.id });
  expect(await checkSync(app, workspace, tenant.id)).toBe('mended');
  await alone.work();
  expect(await row()).toBe('Success');
  await alone.close();
});

describe('where a check leads back to', () => {
  const send = async (back: string) => {
    const answer = await world.postForm(browser, `/customers/${first().id}/gdap/check`, { back });
    return answer.url.pathname + answer.url.search;
  };

  it('is the row in setup, with the filter that the form stood under', async () => {
    expect(await send('/setup?step=connect&status=active&page=1')).toBe(
      '/setup?step=connect&status=active&page=1&notice=gdap_checked',
    );
  });

  it('is the campaign that the form stood in', async () => {
    const campaign = { method: 'customerAdmin', name: 'Spring', choice: { tenantIds: [first().id] } };
    const { body } = await world.api(browser, 'POST', '/api/v1/consent-campaigns', campaign);
    const id = String(Object(body).campaignId);
    expect(await send(`/consents/${id}`)).toBe(`/consents/${id}?notice=gdap_checked`);
  });

  it.each([
    '/consents/../members',
    '/consents/x',
    'https://evil.example/setup?',
    '//evil.example',
    '/setup?status=evil',
    '/members',
    '',
  ])('is the customer for anything else: %j', async (back) => {
    expect(await send(back)).toBe(`/customers/${first().id}?notice=gdap_checked`);
  });
});

it('SY-40 a failed connection that is signed in again is tested with the new account', async () => {
  await world.postForm(browser, `/connections/${await connectionIdOf(world, browser)}/reauthorize`);
  await passMicrosoft(browser, serviceAccount);
  expect(await check()).toMatchObject({ works: true });
});
