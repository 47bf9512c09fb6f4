// Lost access is noticed and told within the hour, whatever took it and however seldom the customer is synced. The clock is
// moved minute by minute's worth of schedule; store, queue, workers and Microsoft are the whole of it.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpFunctions } from '../../functions/http/routes.ts';
import { pageFunctions } from '../../functions/portal/pages.ts';
import { consentFunction } from '../../functions/workers/consent.ts';
import { discoverFunction } from '../../functions/workers/discover.ts';
import { syncFunction } from '../../functions/workers/sync.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/clock.ts';
import { openSqliteQueue } from '../../shared/queue/sqlite.ts';
import { listAs } from '../../shared/store/scoped.ts';
import { dispatch } from '../../shared/sync/dispatcher.ts';
import { type AccessEvent, accessEventDoc } from '../../shared/timeline/documents.ts';
import { consentAs, customerOf, linkOf, northwind, openConnected, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

let world: TestWorld;
let msp: HttpBrowser;
let tenant: Tenant;
let startedMs: number;

beforeEach(async () => {
  world = await startTestWorld({
    customers: 2,
    mix: 'all-active',
    functions: [...httpFunctions, ...pageFunctions, consentFunction, discoverFunction, syncFunction],
  });
  startedMs = world.clock.now();
  msp = await openConnected(world);
  const [first] = world.customersOf(world.tenant(northwind));
  if (!first) throw new Error('The scenario has no customer.');
  tenant = first;
  await change({ kind: 'setEntraP1', tenantId: tenant.id, hasEntraP1: true });
  await dispatch(world.app);
});
afterEach(async () => {
  const { errors } = world;
  await world.close();
  expect(errors).toEqual([]);
});

async function change(what: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${world.microsoft.control}/control/change`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(what),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
}

/** The tenant consents and is synced; the interval holds from the start. */
async function readyEvery(syncIntervalMinutes: number): Promise<void> {
  const { status } = await world.api(msp, 'PATCH', '/api/v1/settings', { syncIntervalMinutes });
  expect(status).toBe(200);
  await consentAs(world, world.openBrowser(), await linkOf(world, msp, tenant), `admin@${tenant.defaultDomain}`);
  await until(async () => (await customerOf(world, tenant)).sync?.status === 'Success');
  // Away from the minute in which everything was read.
  await pass(2 * HOUR_MS + 20 * MINUTE_MS);
  await until(async () => (await told('access.gained')).length === 1);
}

/** Lets the time pass, sending what falls due each quarter of an hour. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 15 * MINUTE_MS) {
    world.clock.advance(15 * MINUTE_MS);
    await dispatch(world.app);
    await quiet();
  }
}

/** Waits until what can be worked now has been. */
async function quiet(): Promise<void> {
  const queue = openSqliteQueue({ file: join(world.folder, 'queue.db'), clock: world.clock });
  const active = async () => {
    const counts = await Promise.all((['discover', 'consent', 'sync'] as const).map((name) => queue.counts(name)));
    return counts.reduce((sum, each) => sum + each.active + each.locked, 0);
  };
  await until(async () => (await active()) === 0, 20_000).finally(() => queue.close());
}

async function told(kind?: AccessEvent['kind'], of: Tenant = tenant): Promise<AccessEvent[]> {
  const workspace = world.workspace(world.tenant(northwind));
  const events: AccessEvent[] = [];
  for (let day = startedMs; day < world.clock.now() + DAY_MS; day += DAY_MS) {
    const partition = workspace.events(new Date(day).toISOString().slice(0, 10));
    for (const { event } of await listAs(partition, { type: 'accessEvent', limit: 1000 }, accessEventDoc))
      if (event.tenantId === of.id && (kind === undefined || event.kind === kind)) events.push(event);
  }
  return events;
}

const serviceAccountId = () => {
  const { users } = world.tenant(northwind);
  const found = [...users.values()].find(({ userPrincipalName }) => userPrincipalName.startsWith('svc-tenantry@'));
  if (!found) throw new Error('The scenario has no service account.');
  return found.id;
};

const losses: readonly [cause: string, lose: () => Promise<void>][] = [
  ['relationshipEnded', () => change({ kind: 'endRelationship', tenantId: tenant.id, how: 'terminate' })],
  ['appRemoved', () => change({ kind: 'removeApp', tenantId: tenant.id })],
  [
    'tokenDead',
    () => change({ kind: 'revokeRefreshTokens', tenantId: world.tenant(northwind).id, userId: serviceAccountId() }),
  ],
  ['licenceMissing', () => change({ kind: 'setEntraP1', tenantId: tenant.id, hasEntraP1: false })],
];

describe.each([30, 1440])('with a sync every %i minutes', (interval) => {
  it.each(losses)('G2-06 %s is told within the hour, once, with its cause', async (cause, lose) => {
    await readyEvery(interval);
    const lostMs = world.clock.now();
    await lose();
    await pass(HOUR_MS);
    const [event] = await until(async () => {
      const events = await told('access.lost');
      return events.length > 0 && events;
    });
    expect(event?.details).toMatchObject({ cause });
    expect(Date.parse(event?.at ?? '')).toBeGreaterThanOrEqual(lostMs);
    expect(Date.parse(event?.at ?? '')).toBeLessThanOrEqual(lostMs + HOUR_MS);
    await pass(2 * HOUR_MS);
    expect(await told('access.lost')).toHaveLength(1);
  });
});

describe('access that returns', () => {
  it('is told with what had been lost and since when: a licence, the app, the sign-in', async () => {
    await readyEvery(30);
    await change({ kind: 'setEntraP1', tenantId: tenant.id, hasEntraP1: false });
    await pass(HOUR_MS);
    await change({ kind: 'setEntraP1', tenantId: tenant.id, hasEntraP1: true });
    await pass(HOUR_MS);
    expect(await told('access.regained')).toMatchObject([{ details: { cause: 'licenceMissing', dataset: 'signIns' } }]);
    await change({ kind: 'disableApp', tenantId: tenant.id });
    await pass(HOUR_MS);
    expect(await told('consent.revoked')).toHaveLength(1);
    await change({ kind: 'enableApp', tenantId: tenant.id });
    // Nobody was at the portal for hours.
    await world.signIn(msp, serviceAccount);
    await consentAs(world, world.openBrowser(), await linkOf(world, msp, tenant), `admin@${tenant.defaultDomain}`);
    await quiet();
    expect((await told('access.regained'))[1]).toMatchObject({ details: { cause: 'appRemoved' } });
    expect(await told('access.lost')).toHaveLength(2);
  });

  it('leaves other customers of the same workspace alone', async () => {
    await readyEvery(30);
    await change({ kind: 'removeApp', tenantId: tenant.id });
    await pass(HOUR_MS);
    const other = world.customersOf(world.tenant(northwind))[1];
    expect(other && (await told('access.lost', other))).toEqual([]);
  });
});

describe('a request for GDAP', () => {
  it('SY-32 is told with who made it, and so are its approval and its end', async () => {
    const roleIds = ['88d8e3e3-8f55-4a1e-953a-9b9898b8876b'];
    const body = await world.api(msp, 'POST', `/api/v1/customers/${tenant.id}/gdap/requests`, { roleIds });
    expect(body.status).toBe(201);
    const relationshipId = String(Object(body.body).relationshipId);
    const [requested] = await until(async () => {
      const events = await told('gdap.requested');
      return events.length > 0 && events;
    });
    expect(requested).toMatchObject({ subject: relationshipId, byName: expect.stringContaining('Service') });
    await change({ kind: 'activateRelationship', tenantId: tenant.id, relationshipId });
    await pass(HOUR_MS);
    expect((await told('gdap.approved')).map(({ subject }) => subject)).toContain(relationshipId);
    await change({ kind: 'endRelationship', tenantId: tenant.id, relationshipId, how: 'expire' });
    await pass(HOUR_MS);
    expect((await told('gdap.ended')).map(({ subject }) => subject)).toEqual([relationshipId]);
  });
});
