// GDAP requests of many customers at once: one each, whatever Microsoft does meanwhile and however often it is asked.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpFunctions } from '../../functions/http/routes.ts';
import { pageFunctions } from '../../functions/portal/pages.ts';
import { discoverFunction } from '../../functions/workers/discover.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { MINUTE_MS } from '../../shared/clock.ts';
import { customerOf, northwind, openConnected } from './kit/connected.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

let world: TestWorld;
let msp: HttpBrowser;
beforeEach(async () => {
  world = await startTestWorld({ customers: 24, functions: [...pageFunctions, ...httpFunctions, discoverFunction] });
  msp = await openConnected(world);
});
afterEach(() => world.close());

const customers = (): Tenant[] => world.customersOf(world.tenant(northwind));
const ids = (tenants: readonly Tenant[]) => tenants.map(({ id }) => id);
const relationshipsOf = ({ id }: Tenant) =>
  [...world.microsoft.world.relationships.values()].filter(({ customerTenantId }) => customerTenantId === id);
const pendingOf = (tenant: Tenant) => relationshipsOf(tenant).filter(({ status }) => status === 'approvalPending');

async function begin(tenants: readonly Tenant[], more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await world.api(msp, 'POST', '/api/v1/gdap/requests', { tenantIds: ids(tenants), ...more });
  expect(status).toBe(202);
  return String(Object(body).gdapRunId);
}
const read = async (runId: string) => Object((await world.api(msp, 'GET', `/api/v1/gdap/requests/${runId}`)).body);
/** The clock moves on while it waits: what failed in passing waits for its turn. */
const finished = (runId: string) =>
  until(async () => {
    const run = await read(runId);
    if (!run.finishedAt) world.clock.advance(500);
    return run.finishedAt ? run : undefined;
  }, 30_000);

async function faults(...rules: Record<string, unknown>[]): Promise<void> {
  const answer = await fetch(`${world.microsoft.control}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules }),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
}

describe('requests for many customers', () => {
  it('SY-32 G2-06 make one for each, more than a message holds, and none twice when asked again', async () => {
    const chosen = customers();
    const before = new Map(chosen.map((tenant) => [tenant.id, relationshipsOf(tenant).length]));
    const run = await finished(await begin(chosen));
    expect(run).toMatchObject({ total: 24, done: 24, counts: { waiting: 0, failed: 0 } });
    expect(run.counts.requested).toBeGreaterThan(15);
    for (const tenant of chosen) expect(pendingOf(tenant).length).toBeLessThanOrEqual(2);
    const after = new Map(chosen.map((tenant) => [tenant.id, relationshipsOf(tenant).length]));
    const again = await finished(await begin(chosen));
    expect(again.counts).toMatchObject({ open: 24, requested: 0 });
    for (const tenant of chosen) {
      expect(relationshipsOf(tenant).length).toBe(after.get(tenant.id));
      expect(after.get(tenant.id)).toBeLessThanOrEqual(1 + (before.get(tenant.id) ?? 0));
    }
    const missing = chosen[10];
    if (!missing) throw new Error('There is no such customer.');
    expect((await customerOf(world, missing)).readiness.gdap.status).toBe('Pending');
  });

  it('go on through throttling and outages, and say of each that failed for good what to do', async () => {
    const chosen = customers().slice(0, 8);
    await faults(
      { match: { origin: 'graph' }, kind: '429', rate: 0.2, retryAfterSeconds: 2, forMs: 3 * MINUTE_MS },
      { match: { origin: 'graph' }, kind: '503', rate: 0.2, phase: 'after', forMs: 3 * MINUTE_MS },
    );
    const run = await finished(await begin(chosen));
    expect(run).toMatchObject({ done: 8, counts: { failed: 0 } });
    for (const tenant of chosen) {
      const own = pendingOf(tenant).filter(({ displayName }) => displayName.startsWith('Tenantry'));
      expect(own.length, tenant.displayName).toBeLessThanOrEqual(1);
    }
  });

  it('are refused for somebody else’s customer before any is made, and for Readers', async () => {
    const stranger = [...world.microsoft.world.tenants.values()].find(
      ({ id, kind }) => kind !== 'partner' && !ids(customers()).includes(id),
    );
    const tenantIds = [...ids(customers().slice(0, 1)), stranger?.id ?? '00000000-0000-4000-8000-000000000000'];
    const { status } = await world.api(msp, 'POST', '/api/v1/gdap/requests', { tenantIds });
    expect(status).toBe(404);
    expect(pendingOf(customers()[0] ?? world.tenant(northwind))).toEqual([]);
    expect((await world.api(msp, 'POST', '/api/v1/gdap/requests', { tenantIds: [] })).status).toBe(400);
  });

  it('name the links in a CSV that no spreadsheet runs, and say when there is none yet', async () => {
    const [tenant] = customers().slice(10);
    if (!tenant) throw new Error('There is no such customer.');
    const runId = await begin([tenant]);
    await finished(runId);
    const { status, text } = await msp.fetch('GET', `${world.publicUrl}/api/v1/gdap/requests/${runId}/links.csv`);
    expect(status).toBe(200);
    expect(text).toContain('Approval link');
    const [request] = pendingOf(tenant);
    expect(text).toContain(`granularAdminRelationships/${request?.id}`);
  });
});

describe('the page', () => {
  it('G1-14 ticks those that lack a relationship, asks them, and follows the run', async () => {
    const page = await msp.get(`${world.publicUrl}/gdap-requests`);
    const boxes = page.document?.querySelectorAll('input[name=tenantIds]') ?? [];
    expect(boxes.length).toBeGreaterThanOrEqual(3);
    await msp.submit('form[action="/gdap-requests"]', { scope: 'chosen' });
    const { pathname } = msp.page().url;
    expect(pathname).toMatch(/^\/gdap-requests\/[0-9a-f-]{36}$/);
    await finished(pathname.split('/')[2] ?? '');
    const run = await msp.get(`${world.publicUrl}${pathname}`);
    expect(run.document?.querySelectorAll('tr[data-state=requested]').length).toBeGreaterThanOrEqual(2);
    expect(run.document?.querySelector('h1')?.textContent).toContain('ready');
  });

  it('says so when nobody was ticked', async () => {
    await world.postForm(msp, '/gdap-requests', {});
    expect(msp.page().document?.querySelector('main')?.textContent).toContain('No customer was chosen');
  });
});
