// What happens around automatic consent: it begins by itself, stops and goes on, is overtaken, repeated, upgraded, and shares a
// customer with another workspace.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { httpFunctions } from '../../functions/http/routes.ts';
import { functionList } from '../../functions/list.ts';
import { discoverFunction } from '../../functions/workers/discover.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { tenantryActor } from '../../shared/access/audit.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/clock.ts';
import { partnerConnectionId } from '../../shared/connections/state.ts';
import { alignAutomatic, startAutomatic } from '../../shared/consent/automatic/start.ts';
import { runAutomatic } from '../../shared/consent/automatic/work.ts';
import { type ConsentDoc, consentDoc } from '../../shared/consent/documents.ts';
import { noConsent } from '../../shared/consent/status.ts';
import { permissionSetVersion } from '../../shared/microsoft/permissions.ts';
import { updateDoc } from '../../shared/store/scoped.ts';
import { change, consentOf, follow, isGranted, isSettled, setFaults } from './kit/automatic.ts';
import {
  connectAs,
  connectionIdOf,
  consentAs,
  customerOf,
  discovered,
  linkOf,
  northwind,
  openConnected,
  serviceAccount,
} from './kit/connected.ts';
import { startTestWorld, type TestWorld, type TestWorldOptions, until } from './kit/world.ts';

let world: TestWorld;
afterEach(() => world?.close());

async function open(options: TestWorldOptions = {}) {
  world = await startTestWorld({ customers: 3, mix: 'all-active', ...options });
  const browser = await openConnected(world);
  const partner = world.tenant(northwind);
  const [first, second, third] = world.customersOf(partner);
  if (!first || !second || !third) throw new Error('There are too few customers.');
  return { browser, partner, first, second, third, workspace: world.workspace(partner) };
}

const start = async (...tenants: Tenant[]) =>
  startAutomatic(
    world.app,
    world.workspace(world.tenant(northwind)),
    tenantryActor,
    tenants.map(({ id }) => id),
  );

/** Has GDAP read again, as an hour later, and waits for the end of it. */
async function discoverAgain(browser: Awaited<ReturnType<typeof open>>['browser']): Promise<void> {
  await world.api(browser, 'POST', `/api/v1/connections/${await connectionIdOf(world, browser)}/refresh`);
  await discovered(world, browser);
}

const isBegun = async (tenant: Tenant) =>
  until(async () => (await consentOf(world, tenant).catch(() => undefined))?.automatic != null);

describe('by itself', () => {
  it('G1-17 begins for every new customer where that is the way of the workspace', async () => {
    const { browser, first, second } = await open();
    const { status } = await world.api(browser, 'PATCH', '/api/v1/settings', { consentStrategy: 'automatic' });
    expect(status).toBe(200);
    for (const customer of [first, second]) {
      await follow(world, customer, isGranted);
      expect((await customerOf(world, customer)).readiness.ready).toBe(true);
    }
    expect((await consentOf(world, first)).automatic).toMatchObject({ startedBy: 'tenantry', batchId: null });
  });

  it('begins after a discovery, for one that is set so alone, and for no other', async () => {
    const { browser, workspace, first, second } = await open();
    const at = new Date(world.clock.now()).toISOString();
    await workspace.customers.upsert({ ...noConsent(first.id, at), strategy: 'automatic' });
    await discoverAgain(browser);
    await isBegun(first);
    await follow(world, first, isGranted);
    expect(await workspace.customers.read(`consent:${second.id}`)).toBeUndefined();
  });

  it('begins as soon as a customer is set so, and asks nothing of one that is set not to consent', async () => {
    const { browser, first, second } = await open();
    const path = ({ id }: Tenant) => `/api/v1/customers/${id}/consent-strategy`;
    await world.api(browser, 'PATCH', path(second), { strategy: 'none' });
    expect((await start(second)).refused).toMatchObject([{ explanation: { code: 'automatic_excluded' } }]);
    const { body } = await world.api(browser, 'PATCH', path(first), { strategy: 'automatic' });
    expect(body).toMatchObject({ strategy: 'automatic', byDefault: false, standing: 'working', group: 'underWay' });
    await follow(world, first, isGranted);
  });

  it('does not begin again where the customer has taken the app out', async () => {
    const { browser, first } = await open();
    await start(first);
    await follow(world, first, isGranted);
    await change(world, { kind: 'removeApp', tenantId: first.id });
    await world.api(browser, 'POST', `/api/v1/customers/${first.id}/consent/check`);
    await world.api(browser, 'PATCH', '/api/v1/settings', { consentStrategy: 'automatic' });
    expect((await consentOf(world, first)).status).toBe('Revoked');
    await start(first);
    await follow(world, first, isGranted);
  });

  it('grants what a newer version asks for, by the same road', async () => {
    const { browser, first, workspace } = await open();
    await start(first);
    await follow(world, first, isGranted);
    await updateDoc(workspace.customers, `consent:${first.id}`, consentDoc, (stored) =>
      stored ? { ...stored, permissionSet: permissionSetVersion - 1 } : undefined,
    );
    await change(world, { kind: 'revokeAppRoles', tenantId: first.id, roles: ['User.Read.All'] });
    await world.api(browser, 'POST', `/api/v1/customers/${first.id}/consent/check`);
    expect((await consentOf(world, first)).status).toBe('UpgradeNeeded');
    await world.api(browser, 'PATCH', '/api/v1/settings', { consentStrategy: 'automatic' });
    const upgraded = await follow(world, first, isGranted);
    expect(upgraded.permissionSet).toBe(permissionSetVersion);
  });
});

describe('what it rests on', () => {
  it('stops when the sign-in is revoked, and goes on by itself after Reauthorize', async () => {
    const { browser, partner, first } = await open();
    await setFaults(world, { match: { origin: 'partnerCenter', tenantId: first.id }, kind: '503', rate: 1 });
    await start(first);
    await follow(world, first, ({ status }) => status === 'ConsentFailure', { stepMs: 0 });
    const [user] = [...partner.users.values()].filter(({ userPrincipalName }) => userPrincipalName === serviceAccount);
    await change(world, { kind: 'revokeRefreshTokens', tenantId: partner.id, userId: user?.id });
    await setFaults(world);
    const stopped = await follow(world, first, isSettled);
    expect(stopped).toMatchObject({
      status: 'ConsentFailure',
      nextAttemptAt: null,
      automatic: { stoppedFor: 'connection' },
    });
    await world.postForm(browser, `/connections/${partnerConnectionId(partner.id)}/reauthorize`, {});
    await passMicrosoft(browser, serviceAccount);
    await discoverAgain(browser);
    await follow(world, first, isGranted);
  });

  it('stops when the relationship ends, and goes on by itself once there is one again', async () => {
    const { browser, first } = await open();
    await setFaults(world, { match: { origin: 'partnerCenter', tenantId: first.id }, kind: '503', rate: 1 });
    await start(first);
    await follow(world, first, ({ status }) => status === 'ConsentFailure', { stepMs: 0 });
    const [relationship] = [...world.microsoft.world.relationships.values()].filter(
      ({ customerTenantId, partnerTenantId }) =>
        customerTenantId === first.id && partnerTenantId === world.tenant(northwind).id,
    );
    if (!relationship) throw new Error('There is no relationship.');
    relationship.status = 'terminated';
    relationship.version += 1;
    await setFaults(world);
    await discoverAgain(browser);
    const stopped = await follow(world, first, isSettled);
    // What cannot be reached is noted, and taken back once it can.
    expect(stopped).toMatchObject({ nextAttemptAt: null, automatic: { stoppedFor: 'gdap', residue: true } });
    expect(stopped.explanation?.code).toBe('automatic_gdap');
    relationship.status = 'active';
    relationship.version += 1;
    await discoverAgain(browser);
    await follow(world, first, isGranted);
    expect(first.servicePrincipals.has(PARTNER_APP_ID)).toBe(false);
  });
});

describe('who is faster', () => {
  it('lets a consent by link stand, and only takes back what it had granted itself', async () => {
    const { browser, first } = await open({ functions: functionList });
    // It hangs where Microsoft does not let it into the tenant yet.
    const hang = {
      match: { origin: 'graph', method: 'POST', tenantId: first.id },
      kind: '503',
      rate: 1,
      retryAfterSeconds: 60,
    };
    await setFaults(world, hang);
    await start(first);
    await follow(world, first, ({ status }) => status === 'ConsentFailure');
    expect(first.servicePrincipals.has(PARTNER_APP_ID)).toBe(true);
    await setFaults(world);
    const page = await consentAs(
      world,
      world.openBrowser(),
      await linkOf(world, browser, first),
      `admin@${first.defaultDomain}`,
    );
    expect(page.status).toBe(200);
    const consent = await follow(world, first, isGranted);
    expect(consent.method).not.toBe('automatic');
    expect(first.servicePrincipals.has(PARTNER_APP_ID)).toBe(false);
  });

  it('ends in both workspaces that share a customer, though each takes back what both use', async () => {
    const { first } = await open();
    const southridge = 'southridge.example';
    const other = world.openBrowser();
    await world.signIn(other, `svc-tenantry@${southridge}`);
    await connectAs(world, other, `svc-tenantry@${southridge}`);
    await discovered(world, other);
    await Promise.all([
      start(first),
      startAutomatic(world.app, world.workspace(world.tenant(southridge)), tenantryActor, [first.id]),
    ]);
    await follow(world, first, isGranted);
    await follow(world, first, isGranted, { partner: southridge });
    expect(first.servicePrincipals.has(PARTNER_APP_ID)).toBe(false);
  });
});

describe('messages', () => {
  it('that come twice, late or for an earlier start do nothing', async () => {
    const { partner, first } = await open();
    await start(first);
    const { automatic } = await consentOf(world, first);
    if (!automatic) throw new Error('Nothing was started.');
    const about = { kind: 'automatic', workspaceId: partner.id, tenantId: first.id } as const;
    const done = await follow(world, first, isGranted);
    for (const message of [
      { ...about, runId: automatic.runId, attempt: 1 },
      { ...about, runId: world.app.ids.uuid(), attempt: 99 },
      { ...about, tenantId: partner.id, runId: automatic.runId, attempt: 1 },
    ])
      await runAutomatic(world.app, message);
    expect(await consentOf(world, first)).toEqual(done);
  });

  it('two at once do the work once, or twice without harm', async () => {
    const { partner, first } = await open({
      functions: [...httpFunctions, discoverFunction],
      settings: { propagationDelayMs: 0 },
    });
    await start(first);
    const { automatic } = await consentOf(world, first);
    const message = {
      kind: 'automatic',
      workspaceId: partner.id,
      tenantId: first.id,
      runId: automatic?.runId ?? '',
      attempt: 1,
    } as const;
    await Promise.all([runAutomatic(world.app, message), runAutomatic(world.app, message)]);
    const consent = await consentOf(world, first);
    expect(consent).toMatchObject({ status: 'GrantingApplicationRoles', automatic: { step: 'ended' } });
    expect(first.servicePrincipals.has(PARTNER_APP_ID)).toBe(false);
  });

  it('that were lost are sent again by the next look, so that nothing stays half done', async () => {
    const { first, workspace } = await open();
    await start(first);
    await follow(world, first, isGranted);
    const lost: ConsentDoc = {
      ...(await consentOf(world, first)),
      status: 'ConsentPending',
      nextAttemptAt: new Date(world.clock.now() - HOUR_MS).toISOString(),
    };
    if (!lost.automatic) throw new Error('Nothing was started.');
    lost.automatic = {
      ...lost.automatic,
      step: 'authorise',
      dueAt: new Date(world.clock.now() - HOUR_MS).toISOString(),
    };
    await workspace.customers.upsert(lost);
    await sleep(300);
    expect((await consentOf(world, first)).status).toBe('ConsentPending');
    await alignAutomatic(world.app, workspace);
    await follow(world, first, isGranted);
  });

  it('of a confirmation that were lost are sent again too', async () => {
    const { first, workspace } = await open();
    await start(first);
    await follow(world, first, isGranted);
    const at = new Date(world.clock.now() - HOUR_MS).toISOString();
    const lost = { ...(await consentOf(world, first)), status: 'GrantingApplicationRoles' as const, nextAttemptAt: at };
    await workspace.customers.upsert(lost);
    await alignAutomatic(world.app, workspace);
    await follow(world, first, isGranted);
  });
});

describe('the API and its batch', () => {
  it('starts all that can, tells true numbers, and joins what comes later', async () => {
    const { browser, first, second, third } = await open({ settings: { propagationDelayMs: 20_000 } });
    await setFaults(world, {
      match: { origin: 'partnerCenter', method: 'POST', tenantId: third.id },
      ...{ kind: 'refuse', rate: 1, status: 400, code: '3000', message: 'Bad.' },
    });
    const one = await world.api(browser, 'POST', '/api/v1/automatic-consent', { tenantIds: [first.id] });
    expect(one).toMatchObject({ status: 202, body: { started: [first.id], refused: [] } });
    const all = await world.api(browser, 'POST', '/api/v1/automatic-consent', { all: true });
    expect(Object(all.body).batchId).toBe(Object(one.body).batchId);
    expect(Object(all.body).started.sort()).toEqual([second.id, third.id].sort());
    await follow(world, third, isSettled);
    const during = await world.api(browser, 'GET', '/api/v1/automatic-consent');
    expect(during.body).toMatchObject({ progress: { total: 3 }, counts: { failed: 1 }, all: 1 });
    for (const customer of [first, second]) await follow(world, customer, isGranted);
    const { body } = await world.api(browser, 'GET', '/api/v1/automatic-consent');
    expect(body).toMatchObject({
      progress: { total: 3, done: 3, counts: { granted: 2, failed: 1 } },
      rows: [{ tenantId: third.id, group: 'failed', explanation: { code: '3000' }, mayStart: true }],
    });
  });

  it('refuses with a reason what cannot be started, and bad input', async () => {
    const { browser, first } = await open();
    const path = `/api/v1/customers/${first.id}/automatic-consent`;
    expect((await world.api(browser, 'POST', path)).status).toBe(202);
    expect(await world.api(browser, 'POST', path)).toMatchObject({
      status: 409,
      body: { code: 'automatic_under_way' },
    });
    for (const body of [
      {},
      { all: false },
      { tenantIds: [] },
      { tenantIds: ['x'] },
      { all: true, tenantIds: [first.id] },
    ])
      expect((await world.api(browser, 'POST', '/api/v1/automatic-consent', body)).status).toBe(400);
    const strange = await world.api(browser, 'POST', '/api/v1/automatic-consent', {
      tenantIds: [world.app.ids.uuid()],
    });
    expect(strange.status).toBe(400);
    const strategy = `/api/v1/customers/${first.id}/consent-strategy`;
    expect((await world.api(browser, 'PATCH', strategy, { strategy: 'magic' })).status).toBe(400);
    expect((await world.api(browser, 'PATCH', '/api/v1/settings', { consentStrategy: 'magic' })).status).toBe(400);
    await world.api(browser, 'PATCH', '/api/v1/settings', { consentStrategy: 'gdapAccount' });
    const { body } = await world.api(browser, 'PATCH', '/api/v1/settings', { expiringThresholdDays: 9 });
    expect(body).toMatchObject({ consentStrategy: 'gdapAccount' });
  });

  it('SY-27 goes on daily after the hour, for a month, without leaving its grant there meanwhile', async () => {
    const { first } = await open();
    await setFaults(world, {
      match: { origin: 'graph', tenantId: first.id },
      kind: '503',
      rate: 1,
      retryAfterSeconds: 30,
    });
    await start(first);
    await follow(world, first, ({ automatic }) => (automatic?.failures ?? 0) >= 5 && automatic?.step === 'authorise', {
      stepMs: 5 * MINUTE_MS,
    });
    const waiting = await consentOf(world, first);
    expect(Date.parse(waiting.nextAttemptAt ?? '') - world.clock.now()).toBeGreaterThan(DAY_MS - 10 * MINUTE_MS);
    expect(first.servicePrincipals.has(PARTNER_APP_ID)).toBe(false);
    await setFaults(world);
    await follow(world, first, isGranted, { stepMs: HOUR_MS });
  });
});
