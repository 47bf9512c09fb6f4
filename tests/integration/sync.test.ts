// A customer's first sync, the warm run, and what a change costs and raises.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/clock.ts';
import { type CountsByContainer, countingStore } from '../../shared/store/counting.ts';
import type { Store } from '../../shared/store/port.ts';
import { readAs } from '../../shared/store/scoped.ts';
import { syncRowDoc } from '../../shared/sync/documents.ts';
import { listUsers } from '../../shared/sync/list-users.ts';
import { readDirectory } from '../../shared/sync/read-directory.ts';
import { chainPoints, eventsOf, expectChain, expectTruth, storedTenant } from './kit/sync-truth.ts';
import { type SyncWorld, startSyncWorld } from './kit/sync-world.ts';

let world: SyncWorld;
let counts: () => CountsByContainer;
const counting = (store: Store): Store => {
  const counter = countingStore(store);
  counts = counter.counts;
  return counter.store;
};
beforeEach(async () => {
  world = await startSyncWorld({ customers: 3, users: 40, wrap: counting });
});
afterEach(() => world.close());

const written = (): number => Object.values(counts()).reduce((sum, { written: documents }) => sum + documents, 0);
const rowOf = async () => (await readAs(world.workspace.customers, `sync:${world.tenant.id}`, syncRowDoc))?.doc;
const premium = () => {
  const found = world.customers.find(({ hasEntraP1 }) => hasEntraP1);
  if (!found) throw new Error('The scenario has no customer with Entra ID P1.');
  return found;
};
const plain = () => {
  const found = world.customers.find(({ hasEntraP1 }) => !hasEntraP1);
  if (!found) throw new Error('The scenario has no customer without Entra ID P1.');
  return found;
};

describe('a first sync', () => {
  it('G2-08 stores what Microsoft says of organisation, licences, subscriptions and users in one request', async () => {
    const { tenant } = world;
    expect(await world.run(tenant, { trigger: 'consented' })).toBe('Success');
    expect(world.graphRequests()).toBeLessThanOrEqual(2);
    const state = await expectTruth(world.app.store, world.workspaceId, tenant);
    expect(state).toMatchObject({ status: 'Success', sequence: 1, flushedSequence: 0, explanation: null });
    expect(await rowOf()).toMatchObject({ status: 'Success', counts: state.counts });
  });

  it('raises one event, for the customer, and none for what was there already', async () => {
    await world.run(world.tenant);
    const events = await eventsOf(world.workspace, world.tenant.id, world.clock.now(), world.clock.now());
    expect(events.map(({ kind, sequence }) => [kind, sequence])).toEqual([['customer.synced', 1]]);
    expect((await storedTenant(world.app.store, world.workspaceId, world.tenant.id)).outbox).toEqual([]);
  });

  it('SY-03 reads sign-ins where the tenant is licensed, in the same request, and finds who has not signed in', async () => {
    const tenant = premium();
    await world.run(tenant);
    expect(world.graphRequests()).toBe(1);
    const state = await expectTruth(world.app.store, world.workspaceId, tenant, { signIns: true });
    expect(state.datasets.signIns).toMatchObject({ error: null, unavailable: null, count: state.counts.users });
    expect(state.counts.licensedInactiveUsers).not.toBeNull();
    const inactive = await listUsers(world.app, world.workspaceId, tenant.id, { filter: 'inactive' });
    expect(inactive.items).toHaveLength(state.counts.licensedInactiveUsers ?? -1);
  });

  it('remembers that an unlicensed tenant has no sign-ins, and asks again after a week', async () => {
    const tenant = plain();
    await world.run(tenant);
    const state = await expectTruth(world.app.store, world.workspaceId, tenant);
    expect(state).toMatchObject({ status: 'Success', counts: { licensedInactiveUsers: null } });
    expect(state.datasets.signIns).toMatchObject({
      asOf: null,
      error: null,
      unavailable: expect.any(String),
    });
    world.graphRequests();
    world.advance(DAY_MS);
    await world.run(tenant);
    expect(world.graphRequests()).toBe(1);
    await world.change({ kind: 'setEntraP1', tenantId: tenant.id, hasEntraP1: true });
    world.advance(6 * DAY_MS);
    await world.run(tenant);
    const licensed = await expectTruth(world.app.store, world.workspaceId, tenant, { signIns: true });
    expect(licensed.datasets.signIns).toMatchObject({ unavailable: null, asOf: licensed.lastRunAt });
  });

  it('shows licences by product name, most unused first, with the age of each dataset', async () => {
    await world.run(world.tenant);
    const { licences, organization, state } = await readDirectory(world.app, world.workspaceId, world.tenant.id);
    expect(organization?.displayName).toBe(world.tenant.displayName);
    expect(licences.length).toBeGreaterThan(0);
    expect(licences.map(({ unused }) => unused)).toEqual(licences.map(({ unused }) => unused).sort((a, b) => b - a));
    expect(licences.some(({ productName, skuPartNumber }) => productName !== skuPartNumber)).toBe(true);
    expect(state?.datasets.licences.asOf).toBe(new Date(world.clock.now()).toISOString());
  });
});

describe('a warm run', () => {
  it('without a change is one request and one written document', async () => {
    const { tenant } = world;
    await world.run(tenant);
    for (const minutes of [30, 60]) {
      world.advance(minutes * MINUTE_MS);
      const before = written();
      world.graphRequests();
      expect(await world.run(tenant)).toBe('Success');
      expect([world.graphRequests(), written() - before]).toEqual([1, 1]);
    }
    const state = await expectTruth(world.app.store, world.workspaceId, tenant);
    expect(state.flushedSequence).toBe(state.sequence);
    expect(state.lastSuccessAt).toBe(new Date(world.clock.now()).toISOString());
  });

  it('writes a change, its event, the state and the row, and nothing else', async () => {
    const { tenant } = world;
    await world.run(tenant);
    const [first] = [...tenant.users.keys()];
    await world.change({ kind: 'updateUser', tenantId: tenant.id, userId: first, set: { mobilePhone: '+31 6 1' } });
    world.advance(30 * MINUTE_MS);
    const before = written();
    expect(await world.run(tenant)).toBe('Success');
    // State, user and outbox in one batch; the event; the outbox emptied.
    expect(written() - before).toBe(5);
    await expectTruth(world.app.store, world.workspaceId, tenant);
  });

  it('raises one event for each true change, in a chain without a gap', async () => {
    const { tenant } = world;
    const startMs = world.clock.now();
    const store = world.app.store;
    await world.run(tenant);
    const start = await chainPoints(store, world.workspaceId, tenant.id);
    for (let round = 0; round < 12; round += 1) {
      await randomChanges(tenant.id, round);
      world.advance(30 * MINUTE_MS);
      await world.run(tenant);
      await expectTruth(store, world.workspaceId, tenant);
    }
    const events = await eventsOf(world.workspace, tenant.id, startMs, world.clock.now());
    expect(events.length).toBeGreaterThan(20);
    expectChain(events, start, await chainPoints(store, world.workspaceId, tenant.id));
  });

  it('reads everything once more within seven days, and is none the wiser', async () => {
    const { tenant } = world;
    await world.run(tenant);
    world.advance(7 * DAY_MS - HOUR_MS);
    await world.run(tenant);
    const first = await expectTruth(world.app.store, world.workspaceId, tenant);
    world.advance(HOUR_MS);
    await world.run(tenant);
    const state = await expectTruth(world.app.store, world.workspaceId, tenant);
    expect(state.usersGeneration).toBeGreaterThan(1);
    expect(state.sequence).toBe(1);
    expect(first.counts).toMatchObject({ users: state.counts.users });
  });
});

async function randomChanges(tenantId: string, seed: number): Promise<void> {
  const response = await fetch(`${world.microsoft.control}/control/random-changes`, {
    method: 'POST',
    body: JSON.stringify({ count: 6, seed, tenantIds: [tenantId] }),
  });
  expect(response.status).toBe(200);
}

describe('users who come and go', () => {
  it('follows soft deletion, restoration and purging', async () => {
    const { tenant } = world;
    await world.run(tenant);
    const startMs = world.clock.now();
    const start = await chainPoints(world.app.store, world.workspaceId, tenant.id);
    const [one, two] = [...tenant.users.keys()];
    const of = { tenantId: tenant.id };
    for (const step of [
      [{ kind: 'softDeleteUser', ...of, userId: one }],
      [
        { kind: 'restoreUser', ...of, userId: one },
        { kind: 'purgeUser', ...of, userId: two },
      ],
      [{ kind: 'addUser', ...of, user: { displayName: 'New' } }],
    ]) {
      for (const change of step) await world.change(change);
      world.advance(30 * MINUTE_MS);
      await world.run(tenant);
      await expectTruth(world.app.store, world.workspaceId, tenant);
    }
    const events = await eventsOf(world.workspace, tenant.id, startMs, world.clock.now());
    const kinds = events.filter(({ kind }) => kind.startsWith('user.')).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['user.added', 'user.added', 'user.removed', 'user.removed']);
    expectChain(events, start, await chainPoints(world.app.store, world.workspaceId, tenant.id));
  });
});
