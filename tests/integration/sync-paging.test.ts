// Large tenants: page by page, over several messages, with changes in between.
import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../shared/clock.ts';
import type { Store } from '../../shared/store/port.ts';
import { readAs } from '../../shared/store/scoped.ts';
import { syncRowDoc, syncStateDoc } from '../../shared/sync/documents.ts';
import { listUsers } from '../../shared/sync/list-users.ts';
import { chainPoints, eventsOf, expectChain, expectTruth, storedTenant } from './kit/sync-truth.ts';
import { type SyncWorld, type SyncWorldOptions, startSyncWorld } from './kit/sync-world.ts';

let world: SyncWorld;
afterEach(() => world.close());

const oneRound = { rounds: 1, timeMs: 60_000 };
const state = async () => (await readAs(world.workspace.directory(world.tenant.id), 'state', syncStateDoc))?.doc;
const row = async () => (await readAs(world.workspace.customers, `sync:${world.tenant.id}`, syncRowDoc))?.doc;
const truth = (options?: { signIns?: boolean }) =>
  expectTruth(world.app.store, world.workspaceId, world.tenant, options);

/** A world whose first customer has Entra ID P1, so that sign-ins are paged too. */
async function premiumWorld(options: SyncWorldOptions): Promise<SyncWorld> {
  for (let seed = 1; ; seed += 1) {
    const made = await startSyncWorld({ ...options, seed });
    if (made.tenant.hasEntraP1) return made;
    await made.close();
  }
}

/** Runs one round a message until it is done; gives how every message ended. */
async function roundByRound(between: (round: number) => Promise<void> = async () => undefined): Promise<string[]> {
  const ends: string[] = [await world.run(world.tenant, { limits: oneRound })];
  while (ends.at(-1) === 'more') {
    await between(ends.length);
    ends.push(await world.run(world.tenant, { trigger: 'continue', limits: oneRound }));
  }
  return ends;
}

describe('a large first sync', () => {
  it('goes on page by page over several messages, and tells no event but the one at its end', async () => {
    world = await premiumWorld({ users: 1_300 });
    expect(await world.run(world.tenant, { limits: oneRound })).toBe('more');
    expect(await state()).toMatchObject({ status: 'Syncing', claim: null, baselineAt: null, counts: { users: 200 } });
    expect(await row()).toMatchObject({ status: 'Syncing', counts: { users: 200 } });
    expect(await world.queue.counts('sync')).toMatchObject({ active: 1 });
    const ends = await roundByRound();
    expect(ends.slice(0, -1).every((end) => end === 'more')).toBe(true);
    expect(ends.length).toBeGreaterThan(6);
    const done = await truth({ signIns: true });
    expect(done).toMatchObject({ status: 'Success', sequence: 1, usersCheckpoint: null, signInsCheckpoint: null });
    expect(done.datasets.signIns.count).toBe(1_300);
  });

  it('needs no more requests than pages, and no message of its own when it fits one', async () => {
    world = await premiumWorld({ users: 1_300 });
    expect(await world.run(world.tenant)).toBe('Success');
    // Seven pages of users, the first with the small datasets; seven of sign-ins.
    expect(world.graphRequests()).toBeLessThanOrEqual(14);
    await truth({ signIns: true });
  });

  it('takes in what changes while it pages', async () => {
    world = await premiumWorld({ users: 900 });
    const ids = [...world.tenant.users.keys()];
    const of = { tenantId: world.tenant.id };
    await roundByRound(async (round) => {
      await world.change({ kind: 'purgeUser', ...of, userId: ids[round] });
      await world.change({ kind: 'updateUser', ...of, userId: ids[100 + round], set: { department: `R${round}` } });
      await world.change({ kind: 'addUser', ...of, user: { displayName: `N${round}` } });
      await world.change({ kind: 'softDeleteUser', ...of, userId: ids[800 + round] });
      world.advance(MINUTE_MS);
    });
    world.advance(30 * MINUTE_MS);
    await world.run(world.tenant);
    await truth();
  });

  it('loses nothing when a run dies between two batches of a page, and counts no user twice', async () => {
    let dieAt = Number.POSITIVE_INFINITY;
    let batches = 0;
    const dying = (store: Store): Store => ({
      ...store,
      batch: async (container, pk, operations) => {
        batches += 1;
        if (batches === dieAt) throw new Error('killed');
        return store.batch(container, pk, operations);
      },
    });
    world = await startSyncWorld({ users: 700, wrap: dying });
    for (dieAt = 2; dieAt <= 6; dieAt += 1) {
      batches = 0;
      await world
        .run(world.tenant, { limits: oneRound })
        .catch((error: unknown) => expect(String(error)).toContain('killed'));
      world.advance(5 * MINUTE_MS);
    }
    dieAt = Number.POSITIVE_INFINITY;
    await roundByRound();
    const done = await truth();
    expect(done.sequence).toBe(1);
  });

  it('goes on from a lost continuation at the next slot', async () => {
    world = await startSyncWorld({ users: 500 });
    expect(await world.run(world.tenant, { limits: oneRound })).toBe('more');
    world.advance(30 * MINUTE_MS);
    expect(await world.run(world.tenant)).toBe('Success');
    await truth();
  });
});

describe('a full read of a tenant that is known', () => {
  it('removes whoever is gone without a trace in the delta, each with an event, and nobody else', async () => {
    world = await startSyncWorld({ users: 600 });
    await world.run(world.tenant);
    const start = await chainPoints(world.app.store, world.workspaceId, world.tenant.id);
    const startMs = world.clock.now();
    const gone = [...world.tenant.users.keys()].filter((_, at) => at % 4 === 0);
    for (const userId of gone) await world.change({ kind: 'purgeUser', tenantId: world.tenant.id, userId });
    await world.change({ kind: 'resetDelta', tenantId: world.tenant.id });
    world.advance(30 * MINUTE_MS);
    await roundByRound(async () => world.advance(MINUTE_MS));
    await truth();
    const events = await eventsOf(world.workspace, world.tenant.id, startMs, world.clock.now());
    expect(events.filter(({ kind }) => kind === 'user.removed')).toHaveLength(gone.length);
    expect(events.filter(({ kind }) => kind === 'user.added')).toEqual([]);
    expectChain(events, start, await chainPoints(world.app.store, world.workspaceId, world.tenant.id));
  });

  it('survives a second reset in the middle of the reading', async () => {
    world = await startSyncWorld({ users: 600 });
    await world.run(world.tenant);
    world.advance(7 * DAY_MS);
    await roundByRound(async (round) => {
      if (round === 2) await world.change({ kind: 'resetDelta', tenantId: world.tenant.id });
    });
    expect(await truth()).toMatchObject({ sequence: 1, status: 'Success' });
  });
});

describe('lists', () => {
  it('pages through users by name, by filter and by text', async () => {
    world = await startSyncWorld({ users: 450 });
    await world.run(world.tenant);
    const { users } = await storedTenant(world.app.store, world.workspaceId, world.tenant.id);
    const all: string[] = [];
    let continuation: string | null | undefined;
    do {
      const page = await listUsers(world.app, world.workspaceId, world.tenant.id, continuation ? { continuation } : {});
      all.push(...page.items.map(({ userPrincipalName }) => userPrincipalName));
      continuation = page.continuation;
    } while (continuation);
    expect(all).toEqual(users.map(({ userPrincipalName }) => userPrincipalName).sort());
    const [someone] = users;
    const found = await listUsers(world.app, world.workspaceId, world.tenant.id, {
      query: someone?.userPrincipalName.toUpperCase() ?? '',
    });
    expect(found.items.map(({ userId }) => userId)).toEqual([someone?.userId]);
    const disabled = await listUsers(world.app, world.workspaceId, world.tenant.id, { filter: 'disabled' });
    expect(disabled.items).toHaveLength((await state())?.counts.licensedDisabledUsers ?? -1);
  });
});
