// Many customers who are consented automatically at once, by several processes, while Microsoft has its troubles: what is
// drawn from a seed, so that any run can be repeated. Time runs, and is moved on whenever everybody waits.
import { setTimeout as sleep } from 'node:timers/promises';
import { consentFunction } from '../../../functions/workers/consent.ts';
import { discoverFunction } from '../../../functions/workers/discover.ts';
import { startHost } from '../../../infra/local/host/start-host.ts';
import { ROLE } from '../../../infra/local/microsoft/graph/directory-roles.ts';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../../infra/local/microsoft/scenario/apps.ts';
import { createDraws, type Draws } from '../../../infra/local/microsoft/scenario/draws.ts';
import { offsetClock } from '../../../infra/local/microsoft/sim-clock.ts';
import type { Relationship, Tenant } from '../../../infra/local/microsoft/world.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../shared/clock.ts';
import { closeApp, composeApp, openReceiver } from '../../../shared/compose.ts';
import { type ConsentDoc, consentDoc } from '../../../shared/consent/documents.ts';
import { allCustomers } from '../../../shared/customers/list.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { openSqliteQueue } from '../../../shared/queue/sqlite.ts';
import { listAs } from '../../../shared/store/scoped.ts';
import { northwind, openConnected } from './connected.ts';
import { startTestWorld, type TestWorld, until } from './world.ts';

export interface CrowdOptions {
  seed: number;
  customers: number;
  /** Share of requests that fail for a moment, and of customers who have an outage of minutes. */
  transient: number;
  /** Share of customers that somebody must mend; one at least. */
  permanent: number;
  /** Processes that work at the same time. */
  processes: number;
}

export interface CrowdReport {
  /** The customers who were to fail, with the codes that may explain it. */
  bad: ReadonlyMap<string, BadKind>;
  rows: readonly CustomerRow[];
  consents: ReadonlyMap<string, ConsentDoc>;
  /** Customers in whose tenant the partner app's grant was left. */
  leftBehind: readonly string[];
  peakConsentsPerSecond: number;
  consentRequests: number;
  /** How long it took by the app's clock, and in fact. */
  tookMs: number;
  realMs: number;
  errors: readonly { message: string; fields: unknown }[];
}

/** A trouble that lasts. `make` brings it about at Microsoft; `codes` are those that may explain it. */
export interface BadKind {
  name: string;
  codes: readonly string[];
  /** The grant cannot be taken back where Microsoft does not let us into the tenant any more. */
  keepsGrant: boolean;
  make(world: TestWorld, tenant: Tenant): Record<string, unknown> | undefined;
}

const badKinds: readonly BadKind[] = [
  {
    name: 'a policy blocks partner accounts',
    codes: ['AADSTS53003'],
    keepsGrant: false,
    make: (_, { id }) => refuse({ origin: 'login', tenantId: id }, 400, '53003'),
  },
  {
    name: 'the account is a guest there',
    codes: ['AADSTS50020'],
    keepsGrant: false,
    make: (_, { id }) => refuse({ origin: 'login', tenantId: id }, 400, '50020'),
  },
  {
    name: 'the app is switched off there',
    codes: ['automatic_app_disabled'],
    keepsGrant: false,
    make: (world, tenant) => {
      const nowMs = world.clock.now();
      const app = { id: world.app.ids.uuid(), appId: CUSTOMER_APP_ID, accountEnabled: false, createdMs: nowMs };
      tenant.servicePrincipals.set(app.appId, { ...app, appRoles: [], delegatedGrants: [], effectiveMs: nowMs });
      return undefined;
    },
  },
  {
    name: 'the group lost Privileged Role Administrator',
    codes: ['Authorization_RequestDenied'],
    keepsGrant: false,
    make: (world, tenant) => {
      for (const relationship of relationshipsOf(world, tenant))
        takeRole(relationship, ROLE.privilegedRoleAdministrator);
      return undefined;
    },
  },
  {
    name: 'the relationship was ended',
    codes: ['2032', 'automatic_gdap', 'automatic_unread'],
    keepsGrant: true,
    make: (world, tenant) => {
      for (const relationship of relationshipsOf(world, tenant)) relationship.status = 'terminated';
      return undefined;
    },
  },
  {
    name: 'the tenant was deleted',
    codes: ['1000', 'AADSTS90002'],
    keepsGrant: true,
    make: (_, tenant) => {
      tenant.deleted = true;
      return undefined;
    },
  },
  {
    name: 'Partner Center does not take it',
    codes: ['3000'],
    keepsGrant: false,
    make: (_, { id }) => refuse({ origin: 'partnerCenter', method: 'POST', tenantId: id }, 400, '3000'),
  },
];

/** By the app's clock: some daily tries, for the few whom every quick one failed. */
const LONGEST_MS = 4 * DAY_MS;

/** Runs one crowd to its end. @throws Error when it does not settle within four days of the app's time */
export async function runCrowd(options: CrowdOptions): Promise<CrowdReport> {
  const clock = offsetClock(null);
  const { seed, customers } = options;
  const world = await startTestWorld({ seed, customers, usersPerCustomer: 2, mix: 'all-active', clock });
  const others = await Promise.all(Array.from({ length: options.processes - 1 }, () => startWorker(world)));
  try {
    const browser = await until(() => openConnected(world), 120_000);
    const partner = world.tenant(northwind);
    const draws = createDraws(seed, 'crowd');
    const bad = await makeTrouble(world, world.customersOf(partner), draws, options);
    world.microsoft.stats.reset();
    const started = { atMs: clock.now(), realMs: performance.now() };
    const { status } = await world.api(browser, 'POST', '/api/v1/automatic-consent', { all: true });
    if (status !== 202) throw new Error(`It could not be started: ${status}`);
    await settle(world);
    return await report(world, bad, { tookMs: clock.now() - started.atMs, realMs: performance.now() - started.realMs });
  } finally {
    await Promise.all(others.map((stop) => stop()));
    await world.close();
  }
}

/** Another process as far as the app goes: store, queue, tokens and pace of its own on the same files. */
async function startWorker(world: TestWorld): Promise<() => Promise<void>> {
  const { clock } = world;
  const app = await composeApp(world.app.config, { clock, log: world.app.log });
  const receiver = await openReceiver(world.app.config, clock);
  const functions = [consentFunction, discoverFunction];
  const host = await startHost({
    functions,
    app,
    receiver,
    port: 0,
    roles: ['workers'],
    settings: { stopWithinMs: 5_000 },
  });
  return async () => {
    await host.stop();
    await receiver.close();
    await closeApp(app);
  };
}

async function makeTrouble(world: TestWorld, tenants: readonly Tenant[], draws: Draws, options: CrowdOptions) {
  const chosen = shuffled(draws, tenants);
  const badCount = Math.max(1, Math.round(options.permanent * tenants.length));
  const kinds = shuffled(draws, badKinds);
  const bad = new Map<string, BadKind>();
  const rules: Record<string, unknown>[] = [];
  for (const [index, tenant] of chosen.slice(0, badCount).entries()) {
    const kind = kinds[index % kinds.length];
    if (!kind) continue;
    bad.set(tenant.id, kind);
    rules.push(...[kind.make(world, tenant)].filter((rule) => rule !== undefined));
  }
  const outages = chosen.slice(badCount, badCount + Math.round(options.transient * tenants.length));
  rules.push(...outages.map((tenant) => outageOf(draws, tenant)), ...passing(options.transient));
  await setFaults(world, rules);
  return bad;
}

/** One customer's requests to one place fail for some minutes. */
function outageOf(draws: Draws, { id }: Tenant): Record<string, unknown> {
  const origin = draws.pick(['login', 'graph', 'partnerCenter'] as const);
  const kind = draws.pick(['503', '429', 'reset'] as const);
  return { match: { origin, tenantId: id }, kind, rate: 1, forMs: draws.int(1, 40) * MINUTE_MS };
}

/** Any request may fail for a moment, in each of the ways that requests do. */
function passing(rate: number): Record<string, unknown>[] {
  if (rate === 0) return [];
  const kinds = [
    { kind: '503' },
    { kind: '429', retryAfterSeconds: 1 },
    { kind: 'reset', phase: 'before' },
    { kind: 'reset', phase: 'after' },
    { kind: 'truncate' },
  ];
  return kinds.map((kind) => ({ match: {}, ...kind, rate: rate / kinds.length }));
}

function refuse(match: Record<string, unknown>, status: number, code: string): Record<string, unknown> {
  return { match, kind: 'refuse', rate: 1, status, code, message: 'Refused for good.' };
}

function relationshipsOf(world: TestWorld, tenant: Tenant): Relationship[] {
  return [...world.microsoft.world.relationships.values()].filter(
    ({ customerTenantId, partnerTenantId }) =>
      customerTenantId === tenant.id && partnerTenantId === world.tenant(northwind).id,
  );
}

function takeRole(relationship: Relationship, roleId: string): void {
  for (const assignment of relationship.accessAssignments.values())
    assignment.roleDefinitionIds = assignment.roleDefinitionIds.filter((held) => held !== roleId);
}

async function setFaults(world: TestWorld, rules: readonly Record<string, unknown>[]): Promise<void> {
  const answer = await fetch(`${world.microsoft.control}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules }),
  });
  if (!answer.ok) throw new Error(`The faults were refused: ${await answer.text()}`);
}

const isOpen = ({ status, nextAttemptAt, automatic }: ConsentDoc): boolean =>
  (automatic != null && automatic.step !== 'ended') || (status !== 'Granted' && nextAttemptAt !== null);

/** Lets the workers work; whenever all of them wait, moves the clock to the first that is due. */
async function settle(world: TestWorld): Promise<void> {
  const { queue } = world.app.config;
  if (queue.kind !== 'sqlite') throw new Error('The test world is on SQLite.');
  const counts = openSqliteQueue({ file: queue.file, clock: world.clock });
  const endMs = world.clock.now() + LONGEST_MS;
  try {
    for (;;) {
      await sleep(250);
      const { active, locked } = await counts.counts('consent');
      if (active + locked > 0) continue;
      const open = (await consentsOf(world)).filter(isOpen);
      if (open.length === 0) return;
      const dueMs = open.flatMap(({ nextAttemptAt, automatic }) =>
        [nextAttemptAt, automatic?.step === 'ended' ? null : automatic?.dueAt].flatMap((at) =>
          at ? [Date.parse(at)] : [],
        ),
      );
      const waitMs = Math.max(SECOND_MS, Math.min(...dueMs) - world.clock.now() + 100);
      if (world.clock.now() + waitMs > endMs)
        throw new Error(`${open.length} customers are stuck, the first: ${JSON.stringify(open[0])}`);
      world.clock.advance(waitMs);
    }
  } finally {
    await counts.close();
  }
}

function consentsOf(world: TestWorld): Promise<ConsentDoc[]> {
  const { customers } = world.workspace(world.tenant(northwind));
  return listAs(customers, { type: 'consent', limit: 1000 }, consentDoc);
}

async function report(
  world: TestWorld,
  bad: ReadonlyMap<string, BadKind>,
  times: Pick<CrowdReport, 'tookMs' | 'realMs'>,
): Promise<CrowdReport> {
  const partner = world.tenant(northwind);
  const consents = await consentsOf(world);
  const { peakConsentsPerSecond, requests } = world.microsoft.stats.snapshot();
  return {
    bad,
    rows: await allCustomers(world.app, world.workspace(partner)),
    consents: new Map(consents.map((consent) => [consent.tenantId, consent])),
    leftBehind: world
      .customersOf(partner)
      .filter(({ servicePrincipals }) => servicePrincipals.has(PARTNER_APP_ID))
      .map(({ id }) => id),
    peakConsentsPerSecond,
    consentRequests: requests
      .filter(({ path }) => path.includes('/applicationconsents'))
      .reduce((sum, { count }) => sum + count, 0),
    ...times,
    errors: world.errors,
  };
}

function shuffled<T>(draws: Draws, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: draws.unit() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
