// Automatic consent of 2,000 customers: the page, the start and the look after a discovery stay within what a request may take.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tenantryActor } from '../../shared/access/audit.ts';
import type { App } from '../../shared/app.ts';
import { DAY_MS, manualClock } from '../../shared/clock.ts';
import { readAutomatic } from '../../shared/consent/automatic/overview.ts';
import { alignAutomatic, startAutomatic } from '../../shared/consent/automatic/start.ts';
import type { GdapDoc } from '../../shared/customers/documents.ts';
import { roleIds } from '../../shared/customers/roles.ts';
import { systemIds } from '../../shared/ids.ts';
import { openSqliteQueue } from '../../shared/queue/sqlite.ts';
import { openWorkspaceStore, type WorkspaceStore } from '../../shared/store/scoped.ts';
import { openSqliteStore } from '../../shared/store/sqlite.ts';

const CUSTOMERS = 2_000;
const now = Date.parse('2026-03-01T12:00:00.000Z');
const at = new Date(now).toISOString();
const workspaceId = '11111111-1111-4111-8111-111111111111';
const connectionId = '22222222-2222-4222-8222-222222222222';
const groupId = '33333333-3333-4333-8333-333333333333';

let folder: string;
let workspace: WorkspaceStore;
let app: Pick<App, 'clock' | 'ids' | 'queue' | 'log' | 'store'>;
let queue: ReturnType<typeof openSqliteQueue>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-size-'));
  const clock = manualClock(now);
  const store = await openSqliteStore({ file: join(folder, 'store.db'), clock });
  queue = openSqliteQueue({ file: join(folder, 'queue.db'), clock });
  app = { clock, ids: systemIds, store, queue, log: () => undefined };
  workspace = openWorkspaceStore(store, workspaceId);
  await workspace.workspace.create(connection());
  const all = Array.from({ length: CUSTOMERS }, (_, index) => index);
  await workspace.customers.bulkUpsert(all.map(customer));
  await workspace.customers.bulkUpsert(all.map(gdap));
}, 120_000);
afterAll(async () => {
  await queue?.close();
  await app?.store.close();
  await rm(folder, { recursive: true, force: true });
});

const tenantOf = (index: number) => `44444444-4444-4444-8444-${String(index).padStart(12, '0')}`;

function connection() {
  return {
    id: `connection:${connectionId}`,
    type: 'connection',
    schemaVersion: 1,
    connectionId,
    kind: 'microsoft_csp',
    name: 'Northwind',
    tenantId: workspaceId,
    domain: null,
    state: 'Connected',
    reason: null,
    explanation: null,
    stateSince: at,
    checks: [],
    account: null,
    createdAt: at,
  };
}

function customer(index: number) {
  const tenantId = tenantOf(index);
  return {
    id: `customer:${tenantId}`,
    type: 'customer',
    schemaVersion: 1,
    tenantId,
    connectionId,
    name: `Customer ${index}`,
    domain: null,
    sources: ['gdap'],
    firstSeenAt: at,
    missingSince: null,
  };
}

/** Every tenth lacks a role. */
function gdap(index: number): GdapDoc {
  const roles =
    index % 10 === 0
      ? [roleIds.applicationAdministrator]
      : [roleIds.applicationAdministrator, roleIds.privilegedRoleAdministrator];
  const tenantId = tenantOf(index);
  return {
    id: `gdap:${tenantId}`,
    type: 'gdap',
    schemaVersion: 1,
    tenantId,
    connectionId,
    applies: true,
    relationships: [
      {
        id: `${tenantId}-1`,
        name: 'R',
        status: 'active',
        etag: 'e',
        activatedAt: new Date(now - 30 * DAY_MS).toISOString(),
        endAt: new Date(now + 300 * DAY_MS).toISOString(),
        autoExtendDuration: 'PT0S',
        roles,
        assignments: [{ id: 'a', status: 'active', groupId, roles }],
        assignmentsReadAt: at,
      },
    ],
    memberOf: [groupId],
    readAt: at,
    error: null,
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const startedMs = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - startedMs) / 1000 };
}

describe(`${CUSTOMERS} customers`, () => {
  it('are shown by pages of 100 with true counts', async () => {
    const { value, seconds } = await timed(() => readAutomatic(app, workspace, { page: 2 }));
    expect(value).toMatchObject({ all: 1_800, counts: { can: 1_800, cannot: 200 }, pages: 20, page: 2 });
    expect(value.rows).toHaveLength(100);
    expect(seconds).toBeLessThan(10);
  });

  it('are started by one request that ends in good time, each with its message', async () => {
    const { value, seconds } = await timed(() => startAutomatic(app, workspace, tenantryActor, 'all'));
    expect(value.started).toHaveLength(1_800);
    expect(seconds).toBeLessThan(60);
    expect((await queue.counts('consent')).active).toBe(1_800);
    const { progress } = await readAutomatic(app, workspace, {});
    expect(progress).toMatchObject({ total: 1_800, done: 0, counts: { working: 1_800 } });
  });

  it('are looked at after each discovery without starting anybody twice', async () => {
    const { value, seconds } = await timed(() => alignAutomatic(app, workspace));
    expect(value).toBe(0);
    expect((await queue.counts('consent')).active).toBe(1_800);
    expect(seconds).toBeLessThan(10);
  });
});
