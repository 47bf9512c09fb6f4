// The sync alone against the simulated Microsoft: real store, queue and HTTP, one standing clock, no host. Messages are
// worked by hand, so that a test decides what happens between two of them.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../../infra/local/microsoft/scenario/apps.ts';
import { type SimClock, standingClock } from '../../../infra/local/microsoft/sim-clock.ts';
import { type RunningMicrosoft, startMicrosoft } from '../../../infra/local/microsoft/start.ts';
import type { Tenant } from '../../../infra/local/microsoft/world.ts';
import { openSealer } from '../../../shared/access/seal.ts';
import { DAY_MS } from '../../../shared/clock.ts';
import type { ConsentDoc } from '../../../shared/consent/documents.ts';
import type { CustomerDoc, GdapDoc } from '../../../shared/customers/documents.ts';
import { systemIds } from '../../../shared/ids.ts';
import { openMicrosoft } from '../../../shared/microsoft/open.ts';
import { openSqliteQueue, type SqliteQueue } from '../../../shared/queue/sqlite.ts';
import type { Store } from '../../../shared/store/port.ts';
import { openWorkspaceStore, type WorkspaceStore } from '../../../shared/store/scoped.ts';
import { openSqliteStore } from '../../../shared/store/sqlite.ts';
import type { RunMessage } from '../../../shared/sync/messages.ts';
import type { RunLimits } from '../../../shared/sync/read-tenant.ts';
import { type RunEnd, runSync } from '../../../shared/sync/run.ts';
import type { SyncApp } from '../../../shared/sync/run-context.ts';
import { workSync } from '../../../shared/sync/work-sync.ts';

export interface SyncWorldOptions {
  seed?: number;
  customers?: number;
  users?: number;
  /** Stands between the sync and its store. */
  wrap?: (store: Store) => Store;
}

export interface SyncWorld {
  app: SyncApp;
  queue: SqliteQueue;
  microsoft: RunningMicrosoft;
  clock: SimClock;
  workspaceId: string;
  workspace: WorkspaceStore;
  customers: readonly Tenant[];
  /** The first customer. */
  tenant: Tenant;
  errors: string[];
  /** Makes the tenant a ready customer of the workspace, as discovery and consent leave it. */
  makeReady(tenant: Tenant, workspaceId?: string): Promise<void>;
  setConsent(tenant: Tenant, change: Partial<ConsentDoc>): Promise<void>;
  run(tenant: Tenant, how?: { trigger?: RunMessage['trigger']; attempt?: number; limits?: RunLimits }): Promise<RunEnd>;
  /** Works every message that can be received now, and those that working them sends; gives how many. */
  work(): Promise<number>;
  /** Works messages, moving the clock to each that waits, until nothing is left within `forMs`. */
  settle(forMs: number): Promise<number>;
  /** Moves the clock: tokens, faults and schedules follow. */
  advance(ms: number): void;
  change(change: Record<string, unknown>): Promise<void>;
  faults(...rules: Record<string, unknown>[]): Promise<void>;
  /** Requests to Graph since the last call of this. */
  graphRequests(): number;
  close(): Promise<void>;
}

const SECRET = 'simulated-secret';
const START_MS = Date.parse('2026-03-02T08:00:00.000Z');

export async function startSyncWorld(options: SyncWorldOptions = {}): Promise<SyncWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-sync-'));
  const clock = standingClock(START_MS);
  const secrets = [{ value: SECRET, expiresMs: START_MS + 700 * DAY_MS }];
  const microsoft = await startMicrosoft({
    seed: options.seed ?? 11,
    customers: options.customers ?? 1,
    usersPerCustomer: options.users ?? 12,
    exactUsers: true,
    mix: 'all-active',
    preconsented: true,
    settings: { propagationDelayMs: 0 },
    clock,
    partnerApp: { redirectUris: [], secrets },
    customerApp: { redirectUris: [], secrets },
  });
  const sqlite = openSqliteStore({ file: join(folder, 'store.db'), clock });
  const queue = openSqliteQueue({ file: join(folder, 'queue.db'), clock });
  const errors: string[] = [];
  const app: SyncApp = {
    clock,
    ids: systemIds,
    log: (level, message) => void (level === 'error' && errors.push(message)),
    store: options.wrap ? options.wrap(sqlite) : sqlite,
    queue,
    sealer: openSealer([{ kid: 'k1', key: randomBytes(32) }]),
    microsoft: openMicrosoft({ config: configOf(microsoft), clock, ids: systemIds, log: () => undefined }),
  };
  const partner = [...microsoft.world.tenants.values()].find(({ kind }) => kind === 'partner');
  const customers = microsoft.world.scenarioStatuses
    .filter(({ partnerTenantId }) => partnerTenantId === partner?.id)
    .flatMap(({ customerTenantId }) => microsoft.world.tenants.get(customerTenantId) ?? []);
  const [tenant] = customers;
  if (!partner || !tenant) throw new Error('The scenario has no partner or no customer.');
  const workspaceId = partner.id;
  const world: Omit<SyncWorld, 'close'> = {
    app,
    queue,
    microsoft,
    clock,
    workspaceId,
    workspace: openWorkspaceStore(sqlite, workspaceId),
    customers,
    tenant,
    errors,
    ...storing(sqlite, workspaceId, clock),
    ...working({ app, queue, clock, workspaceId }),
    ...simulating(microsoft),
    advance: (ms) => clock.advance(ms),
  };
  for (const customer of customers) await world.makeReady(customer);
  return {
    ...world,
    async close() {
      await queue.close();
      await sqlite.close();
      await microsoft.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configOf({ origins }: RunningMicrosoft) {
  const proof = { kind: 'secret', secret: SECRET } as const;
  return {
    microsoft: {
      loginOrigin: origins.login,
      graphOrigin: origins.graph,
      partnerCenterOrigin: origins.partnerCenter,
      productNamesUrl: `${origins.graph}/download/product-names.csv`,
    },
    partnerApp: { clientId: PARTNER_APP_ID, proof },
    customerApp: { clientId: CUSTOMER_APP_ID, proof },
  };
}

function storing(store: Store, owner: string, clock: SimClock): Pick<SyncWorld, 'makeReady' | 'setConsent'> {
  const nowIso = () => new Date(clock.now()).toISOString();
  const base = (kind: string, { id }: Tenant) => ({ id: `${kind}:${id}`, schemaVersion: 1, tenantId: id }) as const;
  const consent = (tenant: Tenant): ConsentDoc => ({
    ...base('consent', tenant),
    type: 'consent',
    status: 'Granted',
    statusSince: nowIso(),
    method: 'customerAdmin',
    evidence: { kind: 'adminSignIn', objectId: tenant.id, username: 'admin', roles: [], at: nowIso() },
    ownAppConnectionId: null,
    permissionSet: 1,
    grantedAt: nowIso(),
    linkId: null,
    attempts: 0,
    nextAttemptAt: null,
    explanation: null,
    verifiedAt: nowIso(),
  });
  return {
    async makeReady(tenant, workspaceId = owner) {
      const { customers } = openWorkspaceStore(store, workspaceId);
      const customer: CustomerDoc = {
        ...base('customer', tenant),
        type: 'customer',
        connectionId: tenant.id,
        name: tenant.displayName,
        domain: tenant.defaultDomain,
        sources: ['single'],
        firstSeenAt: nowIso(),
        missingSince: null,
      };
      const gdap: GdapDoc = {
        ...base('gdap', tenant),
        type: 'gdap',
        connectionId: tenant.id,
        applies: false,
        relationships: [],
        memberOf: [],
        readAt: nowIso(),
        error: null,
      };
      for (const doc of [customer, gdap, consent(tenant)]) await customers.upsert(doc);
    },
    async setConsent(tenant, change) {
      await openWorkspaceStore(store, owner).customers.upsert({ ...consent(tenant), ...change });
    },
  };
}

function working(parts: {
  app: SyncApp;
  queue: SqliteQueue;
  clock: SimClock;
  workspaceId: string;
}): Pick<SyncWorld, 'run' | 'work' | 'settle'> {
  const { app, queue, clock, workspaceId } = parts;
  let runs = 0;
  const work = async (): Promise<number> => {
    for (let worked = 0; ; ) {
      const messages = await queue.receive('sync', 10, 0);
      if (messages.length === 0) return worked;
      for (const message of messages) {
        await workSync(app, message.body, message.messageId);
        await queue.complete('sync', message);
        worked += 1;
      }
    }
  };
  return {
    run: (tenant, { trigger = 'schedule', attempt = 1, limits } = {}) => {
      runs += 1;
      const message: RunMessage = { kind: 'run', workspaceId, tenantId: tenant.id, trigger, attempt };
      return runSync(app, message, { messageId: `test:${runs}`, ...(limits ? { limits } : {}) });
    },
    work,
    async settle(forMs) {
      const endMs = clock.now() + forMs;
      let worked = 0;
      for (;;) {
        worked += await work();
        const { scheduled } = await queue.counts('sync');
        if (scheduled === 0 || clock.now() >= endMs) return worked;
        clock.advance(1_000);
      }
    },
  };
}

function simulating(microsoft: RunningMicrosoft): Pick<SyncWorld, 'change' | 'faults' | 'graphRequests'> {
  const post = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${microsoft.control}/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    await response.arrayBuffer();
  };
  let seen = 0;
  return {
    change: (change) => post('change', change),
    faults: (...rules) => post('faults', { rules }),
    graphRequests() {
      const graph = microsoft.stats.snapshot().requests.filter(({ origin }) => origin === 'graph');
      const now = graph.reduce((sum, { count }) => sum + count, 0);
      const since = now - seen;
      seen = now;
      return since;
    },
  };
}
