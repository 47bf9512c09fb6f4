// The whole app on Cosmos DB and Service Bus, through the vendors' own SDKs: the one-machine host, real pages, the
// simulated Microsoft. In the cloud only the triggers differ, which receive in the host's place.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import { type RunningHost, startHost } from '../../infra/local/host/start-host.ts';
import { type JourneyResult, readAccounts, serviceAccountOf, walkJourney } from '../../infra/local/journey/journey.ts';
import { applyChange } from '../../infra/local/microsoft/control/apply-change.ts';
import { makeRandomChanges } from '../../infra/local/microsoft/control/random-changes.ts';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import { type RunningMicrosoft, startMicrosoft } from '../../infra/local/microsoft/start.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import type { App } from '../../shared/app.ts';
import { DAY_MS, MINUTE_MS, systemClock } from '../../shared/clock.ts';
import { closeApp, composeApp, openReceiver } from '../../shared/compose.ts';
import type { Config } from '../../shared/config.ts';
import { type QueueReceiver, queueNames } from '../../shared/queue/port.ts';
import { type CosmosStoreOptions, createCosmosContainers } from '../../shared/store/cosmos-client.ts';
import { openWorkspaceStore, readAs, type WorkspaceStore } from '../../shared/store/scoped.ts';
import { dispatch } from '../../shared/sync/dispatcher.ts';
import { type SyncStateDoc, syncStateDoc } from '../../shared/sync/documents.ts';
import { chainPoints, eventsOf, expectChain, expectTruth } from '../integration/kit/sync-truth.ts';
import { until } from '../integration/kit/world.ts';

const SECRET = 'simulated-secret';
const startedMs = Date.now();
/** A database of its own, so that the contract suites beside it are not disturbed. */
const database = `app-${randomUUID()}`;

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`Set ${name} to run the app on Azure's services`);
  return value;
}

let microsoft: RunningMicrosoft;
let app: App;
let receiver: QueueReceiver;
let host: RunningHost;
let journey: JourneyResult;
let workspace: WorkspaceStore;
let synced: readonly Tenant[];
const threw: unknown[] = [];

beforeAll(async () => {
  const cosmos = cosmosOptions();
  await createCosmosContainers(cosmos);
  const port = await freePort();
  const portal = `http://127.0.0.1:${port}`;
  microsoft = await startSimulator(portal);
  const config = configOf(portal, cosmos);
  app = await composeApp(config, {
    log: (level, message, fields) => {
      if (level === 'error' && message.includes('threw')) threw.push(fields);
    },
  });
  receiver = await openReceiver(config);
  host = await startHost({ functions: functionList, app, receiver, port });
  const place = { portal, login: microsoft.origins.login, control: microsoft.control };
  journey = await walkJourney(place, () => undefined);
  const { tenantId } = serviceAccountOf(await readAccounts(place));
  workspace = openWorkspaceStore(app.store, tenantId);
  synced = microsoft.world.scenarioStatuses
    .filter(({ partnerTenantId }) => partnerTenantId === tenantId)
    .flatMap(({ customerTenantId }) => microsoft.world.tenants.get(customerTenantId) ?? []);
}, 240_000);

afterAll(async () => {
  await host?.stop();
  await receiver?.close();
  if (app) await closeApp(app);
  await microsoft?.close();
  const client = new CosmosClient({
    endpoint: setting('TENANTRY_COSMOS_ENDPOINT'),
    key: setting('TENANTRY_COSMOS_KEY'),
  });
  await client.database(database).delete();
  client.dispose();
});

describe('the app on Cosmos DB and Service Bus', () => {
  it('connects, discovers, takes consent and syncs: what is stored is what is true', async () => {
    expect(journey.failures).toEqual([]);
    expect(journey).toMatchObject({ customers: synced.length, ready: synced.length, synced: synced.length });
    for (const tenant of synced) await expectTruth(app.store, workspace.workspaceId, tenant, { signIns: true });
  });

  it('reads a change at the next slot, and tells it once', async () => {
    const { workspaceId } = workspace;
    const begin = new Map(
      await Promise.all(synced.map(async ({ id }) => [id, await chainPoints(app.store, workspaceId, id)] as const)),
    );
    const { context } = microsoft;
    makeRandomChanges(context, [], { count: 60, seed: 3, tenantIds: synced.map(({ id }) => id) });
    const [first] = synced;
    if (!first) throw new Error('The scenario has no customer.');
    // More than a page of users, and more documents and events than one batch of Cosmos DB takes.
    for (let hired = 0; hired < 230; hired += 1)
      applyChange(context, [], { kind: 'addUser', tenantId: first.id, user: {}, skuIds: [] });
    const changedMs = Date.now();
    // From one minute's slot to the one half an hour later every customer comes due once.
    await dispatch(app);
    const later = { now: () => systemClock.now() + 30 * MINUTE_MS };
    expect((await dispatch({ ...app, clock: later })).messages).toBeGreaterThanOrEqual(synced.length);
    for (const { id } of synced) await until(async () => readSince(await stateOf(id), changedMs), 60_000);
    for (const tenant of synced) {
      await expectTruth(app.store, workspaceId, tenant);
      const events = await eventsOf(workspace, tenant.id, startedMs, Date.now());
      expectChain(events, begin.get(tenant.id) ?? [], await chainPoints(app.store, workspaceId, tenant.id));
    }
  });

  it('leaves no message behind that could not be worked', async () => {
    const letters = (await Promise.all(queueNames.map((queue) => app.deadLetters.list(queue, 500)))).flat();
    expect(letters.filter(({ body }) => Object(body).workspaceId === workspace.workspaceId)).toEqual([]);
    expect(threw).toEqual([]);
  });
});

async function stateOf(tenantId: string): Promise<SyncStateDoc | undefined> {
  return (await readAs(workspace.directory(tenantId), 'state', syncStateDoc))?.doc;
}

/** Whether everything was read after a time, and its events have left the outbox. */
async function readSince(state: SyncStateDoc | undefined, ms: number): Promise<boolean> {
  if (state?.status !== 'Success' || state.claim || state.usersCheckpoint) return false;
  const { organization, licences, subscriptions, users } = state.datasets;
  const isRead = [organization, licences, subscriptions, users].every(({ asOf }) => Date.parse(asOf ?? '') > ms);
  if (!isRead) return false;
  const outbox = await workspace.directory(state.tenantId).query({ type: 'outbox', limit: 1 });
  return outbox.items.length === 0;
}

function startSimulator(portal: string): Promise<RunningMicrosoft> {
  const secrets = [{ value: SECRET, expiresMs: Date.now() + 700 * DAY_MS }];
  const uris = (...paths: string[]) => paths.map((path) => `${portal}${path}`);
  return startMicrosoft({
    seed: 11,
    customers: 5,
    usersPerCustomer: 25,
    mix: 'all-active',
    settings: { propagationDelayMs: 0 },
    partnerApp: { redirectUris: uris('/auth/callback', '/connect/callback'), secrets },
    customerApp: {
      redirectUris: uris('/consent/callback', '/consent/sign-in-callback', '/connect/single/callback'),
      secrets,
    },
  });
}

function cosmosOptions(): CosmosStoreOptions {
  const credential = { key: setting('TENANTRY_COSMOS_KEY') };
  return { endpoint: setting('TENANTRY_COSMOS_ENDPOINT'), database, credential };
}

function configOf(portal: string, { endpoint }: CosmosStoreOptions): Config {
  const { login, graph, partnerCenter } = microsoft.origins;
  return {
    publicUrl: portal,
    allowedTenants: 'any',
    sealingKeys: [{ kid: 'k1', key: randomBytes(32) }],
    microsoft: {
      loginOrigin: login,
      graphOrigin: graph,
      partnerCenterOrigin: partnerCenter,
      productNamesUrl: `${graph}/download/product-names.csv`,
    },
    portals: { adminOrigin: 'https://admin.microsoft.com', entraOrigin: 'https://entra.microsoft.com' },
    partnerApp: { clientId: PARTNER_APP_ID, proof: { kind: 'secret', secret: SECRET } },
    customerApp: { clientId: CUSTOMER_APP_ID, proof: { kind: 'secret', secret: SECRET } },
    store: { kind: 'cosmos', endpoint, database, key: setting('TENANTRY_COSMOS_KEY') },
    queue: { kind: 'serviceBus', connectionString: setting('TENANTRY_SERVICE_BUS') },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
