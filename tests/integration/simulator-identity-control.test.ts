// The simulated Microsoft's control API, its faults on the wire, its state across restarts, and its process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { truthOf } from '../../infra/local/microsoft/control/truth.ts';
import { offsetClock } from '../../infra/local/microsoft/sim-clock.ts';
import type { RunningMicrosoft } from '../../infra/local/microsoft/start.ts';
import {
  adminConsentUrl,
  appToken,
  CUSTOMER_APP_ID,
  makeBrowser,
  startTestMicrosoft,
  tenantOf,
} from './simulator-identity-kit.ts';

const folders: string[] = [];
const open: RunningMicrosoft[] = [];

async function start(options: Parameters<typeof startTestMicrosoft>[0] = {}): Promise<RunningMicrosoft> {
  const running = await startTestMicrosoft(options);
  open.push(running);
  return running;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'simulated-microsoft-'));
  folders.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((running) => running.close()));
  for (const made of folders.splice(0)) rmSync(made, { recursive: true });
});

async function control(running: { control: string }, method: string, path: string, body?: unknown) {
  const response = await fetch(`${running.control}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe('the clock', () => {
  test('moves by a file that the app can read, and stays moved after a restart', async () => {
    const dataDir = folder();
    const file = join(dataDir, 'clock-offset');
    const running = await start({ dataDir, clock: offsetClock(file) });
    const moved = await control(running, 'POST', 'clock', { advanceMs: 90_000 });
    expect(moved.body.offsetMs).toBe(90_000);
    expect(readFileSync(file, 'utf8')).toBe('90000');
    expect(Math.abs(running.clock.now() - Date.now() - 90_000)).toBeLessThan(1000);
    expect(offsetClock(file).offsetMs()).toBe(90_000);
    expect((await control(running, 'POST', 'clock', { advanceMs: 'soon' })).status).toBe(400);
  });
});

describe('changes', () => {
  let running: RunningMicrosoft;
  let tenantId: string;
  beforeEach(async () => {
    running = await start({ preconsented: true });
    tenantId = tenantOf(running, 'fabrikam.example').id;
  });
  const change = (kind: string, more: object) => control(running, 'POST', 'change', { kind, tenantId, ...more });
  const truth = async () => (await control(running, 'GET', `truth?tenantId=${tenantId}`)).body;

  test('a user comes, is licensed, changes, leaves, comes back and is gone', async () => {
    const before = await truth();
    const skuId = before.licences[0].skuId;
    const added = await change('addUser', { user: { displayName: 'Ada Newcomer' }, skuIds: [skuId] });
    const userId = added.body.effects[0].id;
    expect(added.body.effects).toEqual([
      { dataset: 'users', id: userId, change: 'added' },
      { dataset: 'licences', id: skuId, change: 'updated' },
    ]);
    const user = async () => (await truth()).users.find(({ id }: { id: string }) => id === userId);
    expect(await user()).toMatchObject({ displayName: 'Ada Newcomer', licences: [skuId], accountEnabled: true });
    expect((await truth()).licences[0].consumed).toBe(before.licences[0].consumed + 1);
    await change('updateUser', { userId, set: { department: 'Sales', mobilePhone: null } });
    await change('disableUser', { userId });
    expect(await user()).toMatchObject({ department: 'Sales', accountEnabled: false });
    expect((await change('disableUser', { userId })).body.effects).toEqual([]);
    await change('removeLicence', { userId, skuId });
    expect((await truth()).licences[0].unused).toBe(before.licences[0].unused);
    await change('softDeleteUser', { userId });
    expect(await user()).toBeUndefined();
    await change('restoreUser', { userId });
    expect(await user()).toBeDefined();
    await change('purgeUser', { userId });
    expect((await change('restoreUser', { userId })).status).toBe(400);
    expect(await truth()).toEqual(before);
  });

  test('seats, products, names and sign-ins', async () => {
    const { skuId, enabled } = (await truth()).licences[0];
    await change('buySeats', { skuId, add: 3 });
    expect((await truth()).licences[0].enabled).toBe(enabled + 3);
    const bought = await change('buyProduct', { skuPartNumber: 'Microsoft_365_Copilot', seats: 4 });
    expect(bought.body.effects).toHaveLength(2);
    await change('renameOrganization', { displayName: 'Fabrikam Reborn' });
    expect((await truth()).organization.displayName).toBe('Fabrikam Reborn');
    const userId = (await truth()).users[0].id;
    await change('signIn', { userId });
    expect((await truth()).signIns).toContainEqual({
      userId,
      lastSignInDateTime: '2026-11-01T09:00:00Z',
      lastSuccessfulSignInDateTime: '2026-11-01T09:00:00Z',
    });
    const log = await control(running, 'GET', 'changes?after=1');
    expect(log.body.map(({ kind }: { kind: string }) => kind)).toEqual(['buyProduct', 'renameOrganization', 'signIn']);
  });

  test('the app is disabled, loses a role, and is removed', async () => {
    await change('disableApp', {});
    expect((await appToken(running, tenantId)).code).toBe(7000112);
    await change('enableApp', {});
    await change('revokeAppRoles', { roles: ['AuditLog.Read.All'] });
    expect((await truth()).apps[0].roles).not.toContain('AuditLog.Read.All');
    await change('removeApp', {});
    expect((await appToken(running, tenantId)).code).toBe(7000229);
    expect((await change('removeApp', {})).body.error).toContain('is not installed');
  });

  test('a relationship ends, and its partner no longer gets in', async () => {
    const url = adminConsentUrl(running, 'fabrikam.example');
    const service = 'svc-tenantry@northwindpartners.example';
    expect((await makeBrowser().signIn(url, service)).text).toContain('Permissions requested');
    expect((await change('endRelationship', {})).body.effects).toHaveLength(1);
    expect((await makeBrowser().signIn(url, service)).text).toContain('AADSTS50020');
    const litware = tenantOf(running, 'litwarelegal.example').id;
    await control(running, 'POST', 'change', { kind: 'activateRelationship', tenantId: litware });
    running.clock.advance(60_000);
    const relationship = [...running.world.relationships.values()].find((one) => one.customerTenantId === litware);
    await makeBrowser().signIn(adminConsentUrl(running, 'litwarelegal.example'), service);
    expect(relationship?.status).toBe('active');
  });

  test('what makes no sense is refused in words', async () => {
    expect((await change('teleportUser', {})).body.error).toMatch(/Invalid/);
    expect((await change('disableUser', {})).body.error).toContain('userId');
    expect((await change('disableUser', { userId: 'nobody' })).body.error).toContain('no user nobody');
    expect((await control(running, 'POST', 'change', { kind: 'removeApp', tenantId: 'nowhere' })).status).toBe(400);
    expect((await control(running, 'GET', 'nothing')).status).toBe(404);
  });

  test('random changes are true, counted, and the same for the same seed', async () => {
    const twin = await start({ preconsented: true });
    const before = new Map(
      [...running.world.tenants.values()].map((tenant) => [tenant.id, JSON.stringify(truthOf(tenant))]),
    );
    const made = await control(running, 'POST', 'random-changes', { count: 200, seed: 3 });
    const again = await control(twin, 'POST', 'random-changes', { count: 200, seed: 3 });
    expect(made.body).toHaveLength(200);
    const shape = (list: { kind: string; tenantId: string }[]) => list.map(({ kind, tenantId: id }) => `${kind} ${id}`);
    expect(shape(again.body)).toEqual(shape(made.body));
    const touched = new Set(made.body.map((one: { tenantId: string }) => one.tenantId));
    for (const tenant of running.world.tenants.values()) {
      if (!touched.has(tenant.id)) expect(JSON.stringify(truthOf(tenant))).toBe(before.get(tenant.id));
    }
  });
});

describe('faults', () => {
  let running: RunningMicrosoft;
  beforeEach(async () => {
    running = await start({ preconsented: true });
  });
  const setFaults = (...rules: object[]) => control(running, 'POST', 'faults', { rules });
  const organization = async () => {
    const { body } = await appToken(running, tenantOf(running, 'fabrikam.example').id);
    return fetch(`${running.origins.graph}/v1.0/organization`, {
      headers: { authorization: `Bearer ${body['access_token']}` },
    });
  };

  test('429 with Retry-After in each origin’s own shape, as often as asked', async () => {
    await setFaults({ match: { origin: 'graph' }, kind: '429', retryAfterSeconds: 7, times: 1 });
    const throttled = await organization();
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await throttled.json()).toMatchObject({ error: { code: 'TooManyRequests' } });
    expect((await organization()).status).toBe(200);
    await setFaults({ match: { origin: 'login' }, kind: '503' });
    const { status, code } = await appToken(running, tenantOf(running, 'fabrikam.example').id);
    expect([status, code]).toEqual([503, 90033]);
  });

  test('an outage cuts every line until the simulator’s clock passes its end', async () => {
    const token = await organization();
    expect(token.status).toBe(200);
    await setFaults({ match: { origin: 'graph' }, kind: 'outage', forMs: 60_000 });
    await expect(organization()).rejects.toThrow();
    running.clock.advance(60_000);
    expect((await organization()).status).toBe(200);
  });

  test('truncated JSON is a whole HTTP answer with half a body', async () => {
    await setFaults({ match: { origin: 'graph', pathPrefix: '/v1.0/organization' }, kind: 'truncate' });
    const answer = await organization();
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  test('a reset after the work loses the answer but not the work', async () => {
    await setFaults({ match: { origin: 'login' }, kind: 'reset', phase: 'after' });
    const url = adminConsentUrl(running, 'adatum.example');
    await expect(makeBrowser().post(url, { step: 'pick', account: 'admin@adatum.example' })).rejects.toThrow();
    await expect(makeBrowser().post(url, { step: 'approve', account: 'admin@adatum.example' })).rejects.toThrow();
    expect(running.world.sessions.size).toBe(1);
  });

  test('a tenant’s own fault leaves the others alone; latency is added to every answer; both end when removed', async () => {
    await setFaults({ match: { tenantId: tenantOf(running, 'fabrikam.example').id }, kind: '503' });
    expect((await appToken(running, tenantOf(running, 'fabrikam.example').id)).status).toBe(503);
    expect((await appToken(running, tenantOf(running, 'adatum.example').id)).status).toBe(200);
    await control(running, 'DELETE', 'faults');
    await control(running, 'POST', 'latency', { ms: 80 });
    const began = performance.now();
    await organization();
    expect(performance.now() - began).toBeGreaterThan(155);
  });

  test('statistics count requests by template and status, and the most at once', async () => {
    await control(running, 'POST', 'stats/reset');
    await control(running, 'POST', 'latency', { ms: 50 });
    await Promise.all([organization(), organization(), organization()]);
    const { body } = await control(running, 'GET', 'stats');
    expect(body).toMatchObject({ total: 6, maxConcurrency: 3 });
    expect(body.requests).toContainEqual({
      origin: 'login',
      method: 'POST',
      path: '/{id}/oauth2/v2.0/token',
      status: 200,
      count: 3,
    });
  });
});

describe('state', () => {
  test('comes back after a restart: consent, sessions, refresh tokens, keys and changed data', async () => {
    const dataDir = folder();
    const first = await start({ dataDir });
    const tenant = tenantOf(first, 'fabrikam.example');
    const browser = makeBrowser();
    const url = adminConsentUrl(first, 'fabrikam.example');
    await browser.signIn(url, 'admin@fabrikam.example');
    await browser.consent(url, 'admin@fabrikam.example');
    await control(first, 'POST', 'random-changes', { count: 50, seed: 1 });
    const truths = (await control(first, 'GET', 'truth')).body;
    await first.close();
    const second = await start({ dataDir });
    expect((await control(second, 'GET', 'truth')).body).toEqual(truths);
    expect(second.world.signingKeys).toEqual(first.world.signingKeys);
    expect(second.world.sessions).toEqual(first.world.sessions);
    expect(second.world.tenants.get(tenant.id)?.servicePrincipals.has(CUSTOMER_APP_ID)).toBe(true);
    expect(second.world.tenants.get(tenant.id)?.userChanges).toEqual(tenant.userChanges);
  });

  test('another scenario in the same folder is refused until it is reset', async () => {
    const dataDir = folder();
    await (await start({ dataDir })).close();
    await expect(start({ dataDir, customers: 13 })).rejects.toThrow(/customers 12 \(asked for 13\).*--reset/);
    const fresh = await start({ dataDir, customers: 13, reset: true });
    expect(fresh.world.tenants.size).toBe(20);
  });
});

test('runs as a process: one line when ready, state and clean end on SIGTERM', async () => {
  const options = {
    seed: 2,
    customers: 3,
    dataDir: folder(),
    partnerApp: { redirectUris: [] },
    customerApp: { redirectUris: [] },
  };
  const entry = join(import.meta.dirname, '../../infra/local/microsoft/main.ts');
  const child = spawn(process.execPath, ['--no-warnings', entry, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const ready = JSON.parse(String(line));
  expect(ready).toMatchObject({ pid: child.pid, login: expect.stringMatching(/^http:\/\/localhost:\d+$/) });
  expect((await control(ready, 'GET', 'scenario')).body.statuses).toHaveLength(6);
  const names = await (await fetch(ready.productNames)).text();
  expect(names.split('\r\n')[0]?.replace('\uFEFF', '')).toBe(
    'Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names',
  );
  expect(names).toContain('Microsoft 365 Business Premium,SPB,cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
