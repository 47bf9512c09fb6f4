// What goes wrong on the other side, and between two runs: nothing is lost, invented or told twice.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/clock.ts';
import { type Store, StoreError } from '../../shared/store/port.ts';
import { readAs } from '../../shared/store/scoped.ts';
import { syncRowDoc } from '../../shared/sync/documents.ts';
import { probeTenant, sweepOutbox } from '../../shared/sync/probe.ts';
import { enterSchedule } from '../../shared/sync/schedule.ts';
import { slotOf } from '../../shared/sync/slots.ts';
import { chainPoints, eventsOf, expectChain, expectTruth, storedTenant } from './kit/sync-truth.ts';
import { type SyncWorld, startSyncWorld } from './kit/sync-world.ts';

let world: SyncWorld;
/** Called before each write of the sync's store; a throw is what the sync sees. */
let beforeWrite: (what: string) => void | Promise<void>;

const interrupting = (store: Store): Store => {
  const guarded =
    <A extends unknown[], T>(what: string, call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await beforeWrite(what);
      return call(...args);
    };
  return {
    ...store,
    create: guarded('create', store.create),
    replace: guarded('replace', store.replace),
    upsert: guarded('upsert', store.upsert),
    delete: guarded('delete', store.delete),
    batch: guarded('batch', store.batch),
    bulkUpsert: guarded('bulkUpsert', store.bulkUpsert),
  };
};

beforeEach(async () => {
  beforeWrite = () => undefined;
  world = await startSyncWorld({ users: 60, wrap: interrupting });
});
afterEach(() => world.close());

const stored = () => storedTenant(world.app.store, world.workspaceId, world.tenant.id);
const truth = (options?: { signIns?: boolean }) =>
  expectTruth(world.app.store, world.workspaceId, world.tenant, options);
const row = async () => (await readAs(world.workspace.customers, `sync:${world.tenant.id}`, syncRowDoc))?.doc;
const inSchedule = async (job: string, interval: number) => {
  const slot = slotOf(world.tenant.id, interval);
  return (await world.app.store.query('schedule', `${job}:${interval}:${slot}`, { type: 'scheduleEntry' })).items
    .length;
};
const changeUsers = async (count: number, department: string) => {
  for (const userId of [...world.tenant.users.keys()].slice(0, count)) {
    await world.change({ kind: 'updateUser', tenantId: world.tenant.id, userId, set: { department } });
  }
};

describe('failures in passing', () => {
  it.each([
    ['every request throttled', { kind: '429', match: { origin: 'graph' }, retryAfterSeconds: 120, times: 2 }],
    ['an outage', { kind: 'outage', match: {}, forMs: MINUTE_MS }],
    ['unavailable', { kind: '503', match: { origin: 'graph' }, times: 4 }],
    ['the line cut', { kind: 'reset', match: { origin: 'graph' }, times: 4 }],
    ['an answer cut short', { kind: 'truncate', match: { origin: 'graph' }, times: 3 }],
    [
      'users throttled within the batch',
      { kind: 'batchItem429', match: { pathPrefix: '/v1.0/users' }, retryAfterSeconds: 60, times: 6 },
    ],
    [
      'licences throttled within the batch',
      { kind: 'batchItem429', match: { pathPrefix: '/v1.0/subscribedSkus' }, retryAfterSeconds: 60, times: 3 },
    ],
  ])('SY-18 comes back by itself after %s, and ends with the truth', async (_what, rule) => {
    await world.run(world.tenant);
    await changeUsers(3, 'Faults');
    world.advance(30 * MINUTE_MS);
    await world.faults(rule);
    await world.app.queue.send('sync', [
      {
        messageId: 'slot',
        body: {
          kind: 'run',
          workspaceId: world.workspaceId,
          tenantId: world.tenant.id,
          trigger: 'schedule',
          attempt: 1,
        },
      },
    ]);
    await world.settle(30 * MINUTE_MS);
    const state = await truth();
    expect(state).toMatchObject({ status: 'Success', sequence: 4, explanation: null });
    expect(await row()).toMatchObject({ status: 'Success' });
    expect(world.errors).toEqual([]);
  });

  it('keeps the last good data with what is wrong and since when, and is Pending meanwhile', async () => {
    await world.run(world.tenant);
    const before = await stored();
    world.advance(30 * MINUTE_MS);
    await world.faults({ kind: 'outage', match: { origin: 'graph' } });
    expect(await world.run(world.tenant)).toBe('Pending');
    const since = new Date(world.clock.now()).toISOString();
    world.advance(5 * MINUTE_MS);
    expect(await world.run(world.tenant, { attempt: 2 })).toBe('Pending');
    const after = await stored();
    expect(after.users).toEqual(before.users);
    expect(after.state).toMatchObject({ status: 'Pending', lastSuccessAt: before.state?.lastSuccessAt });
    expect(after.state?.datasets.users).toMatchObject({ asOf: before.state?.datasets.users.asOf, error: { since } });
    expect(await row()).toMatchObject({ status: 'Pending', statusSince: since });
  });

  it('writes down once that nothing works, not at each try', async () => {
    await world.run(world.tenant);
    await world.faults({ kind: 'outage', match: { origin: 'graph' } });
    await world.run(world.tenant);
    const { state } = await stored();
    world.advance(MINUTE_MS);
    await world.run(world.tenant, { attempt: 2 });
    expect((await stored()).state).toEqual(state);
  });

  it('gives up after the last attempt and waits for the next slot', async () => {
    await world.faults({ kind: 'outage', match: { origin: 'graph' } });
    expect(await world.run(world.tenant, { attempt: 8 })).toBe('Pending');
    expect(await world.queue.counts('sync')).toMatchObject({ active: 0, scheduled: 0, deadLettered: 0 });
  });

  it('is Success with the error beside it when only subscriptions fail', async () => {
    await world.run(world.tenant);
    await world.faults({
      kind: 'batchItem429',
      match: { pathPrefix: '/v1.0/directory/subscriptions' },
      retryAfterSeconds: 60,
    });
    world.advance(30 * MINUTE_MS);
    expect(await world.run(world.tenant)).toBe('Success');
    const { state } = await stored();
    expect(state?.datasets.subscriptions.error).not.toBeNull();
    expect(state?.datasets.users).toMatchObject({ error: null, asOf: state?.lastRunAt });
    expect(await world.queue.counts('sync')).toMatchObject({ active: 0, scheduled: 0 });
  });
});

describe('delta links', () => {
  it.each([
    ['a reset', async () => world.change({ kind: 'resetDelta', tenantId: world.tenant.id })],
    ['410 when it is used', async () => world.faults({ kind: 'deltaReset', match: {}, times: 1 })],
    ['more than 30 days without a run', async () => world.advance(31 * DAY_MS)],
  ])('reads everything once more after %s, and raises only what changed', async (_what, spoil) => {
    await world.run(world.tenant);
    const start = await chainPoints(world.app.store, world.workspaceId, world.tenant.id);
    const startMs = world.clock.now();
    const [gone, changed] = [...world.tenant.users.keys()];
    await world.change({ kind: 'purgeUser', tenantId: world.tenant.id, userId: gone });
    await world.change({ kind: 'updateUser', tenantId: world.tenant.id, userId: changed, set: { department: 'X' } });
    await spoil();
    world.advance(30 * MINUTE_MS);
    expect(await world.run(world.tenant)).toBe('Success');
    await truth();
    const events = await eventsOf(world.workspace, world.tenant.id, startMs, world.clock.now());
    expect(events.filter(({ kind }) => kind.startsWith('user.'))).toHaveLength(2);
    expectChain(events, start, await chainPoints(world.app.store, world.workspaceId, world.tenant.id));
  });
});

describe('empty answers', () => {
  it('keeps licences and subscriptions until a run five minutes later is told the same', async () => {
    await world.run(world.tenant);
    const before = await stored();
    world.tenant.skus.clear();
    world.tenant.subscriptions.clear();
    world.advance(30 * MINUTE_MS);
    expect(await world.run(world.tenant)).toBe('Success');
    const kept = await stored();
    expect([kept.licences, kept.subscriptions]).toEqual([before.licences, before.subscriptions]);
    expect(kept.state?.datasets.licences).toMatchObject({
      asOf: before.state?.datasets.licences.asOf,
      emptySince: kept.state?.lastRunAt,
    });
    world.advance(MINUTE_MS);
    await world.run(world.tenant, { trigger: 'manual' });
    expect((await stored()).licences).toEqual(before.licences);
    world.advance(30 * MINUTE_MS);
    await world.run(world.tenant);
    const { licences, subscriptions, state } = await stored();
    expect([licences, subscriptions]).toEqual([[], []]);
    expect(state?.counts).toMatchObject({ licences: 0, unusedSeats: 0 });
    expect(state?.datasets.licences).toMatchObject({ emptySince: null, asOf: state?.lastRunAt });
  });

  it('forgets the suspicion when the licences are back', async () => {
    await world.run(world.tenant);
    const skus = [...world.tenant.skus];
    world.tenant.skus.clear();
    world.advance(30 * MINUTE_MS);
    await world.run(world.tenant);
    for (const [skuId, sku] of skus) world.tenant.skus.set(skuId, sku);
    world.advance(30 * MINUTE_MS);
    await world.run(world.tenant);
    expect(await truth()).toMatchObject({ sequence: 1, datasets: { licences: { emptySince: null } } });
  });

  it('does not wipe users because a full read told of none', async () => {
    await world.run(world.tenant);
    const before = await stored();
    const users = [...world.tenant.users];
    world.tenant.users.clear();
    await world.change({ kind: 'resetDelta', tenantId: world.tenant.id });
    world.advance(30 * MINUTE_MS);
    expect(await world.run(world.tenant)).toBe('Success');
    expect((await stored()).users).toEqual(before.users);
    for (const [id, user] of users) world.tenant.users.set(id, user);
    world.advance(30 * MINUTE_MS);
    await world.run(world.tenant);
    const state = await truth();
    expect(state.datasets.users).toMatchObject({ emptySince: null, asOf: state.lastRunAt });
    const events = await eventsOf(world.workspace, world.tenant.id, world.clock.now() - HOUR_MS, world.clock.now());
    expect(events.filter(({ kind }) => kind.startsWith('user.'))).toEqual([]);
  });
});

describe('AuthError', () => {
  const schedule = () =>
    enterSchedule(world.app, {
      job: 'sync',
      intervalMinutes: 30,
      workspaceId: world.workspaceId,
      target: world.tenant.id,
    });

  it('SY-19 SY-37 stops the schedule when the app was removed, and the hourly probe notices that it is back', async () => {
    await world.run(world.tenant);
    await schedule();
    await world.change({ kind: 'disableApp', tenantId: world.tenant.id });
    world.advance(2 * HOUR_MS);
    expect(await world.run(world.tenant)).toBe('AuthError');
    expect(await row()).toMatchObject({ status: 'AuthError', explanation: { whoActs: 'customer' } });
    expect([await inSchedule('sync', 30), await inSchedule('probe', 60)]).toEqual([0, 1]);
    expect(await world.run(world.tenant)).toBe('idle');
    const target = { workspaceId: world.workspaceId, tenantId: world.tenant.id };
    expect(await probeTenant(world.app, target)).toBe('still');
    await world.change({ kind: 'enableApp', tenantId: world.tenant.id });
    expect(await probeTenant(world.app, target)).toBe('mended');
    expect([await inSchedule('sync', 30), await inSchedule('probe', 60)]).toEqual([1, 0]);
    expect(await row()).toMatchObject({ status: 'Pending', explanation: null });
    await world.work();
    expect(await row()).toMatchObject({ status: 'Success' });
    await truth();
  });

  it('is over when somebody presses Sync now and it works', async () => {
    await world.run(world.tenant);
    await schedule();
    await world.change({ kind: 'disableApp', tenantId: world.tenant.id });
    world.advance(2 * HOUR_MS);
    await world.run(world.tenant);
    await world.change({ kind: 'enableApp', tenantId: world.tenant.id });
    expect(await world.run(world.tenant, { trigger: 'manual' })).toBe('Success');
    expect([await inSchedule('sync', 30), await inSchedule('probe', 60)]).toEqual([1, 0]);
  });

  it('is not said when one permission is missing: that dataset says so, the rest goes on', async () => {
    await world.run(world.tenant);
    await world.change({ kind: 'revokeAppRoles', tenantId: world.tenant.id, roles: ['AuditLog.Read.All'] });
    world.advance(2 * DAY_MS);
    expect(await world.run(world.tenant)).toBe('Success');
    await truth();
  });
});

describe('evidence', () => {
  it('stops before it asks Microsoft anything once consent is no longer granted, and says why', async () => {
    await world.run(world.tenant);
    await enterSchedule(world.app, {
      job: 'sync',
      intervalMinutes: 30,
      workspaceId: world.workspaceId,
      target: world.tenant.id,
    });
    const before = await stored();
    await world.setConsent(world.tenant, { status: 'Revoked' });
    world.graphRequests();
    expect(await world.run(world.tenant)).toBe('paused');
    expect(world.graphRequests()).toBe(0);
    expect(await row()).toMatchObject({
      status: 'Paused',
      explanation: { code: 'consent_Revoked' },
      counts: before.state?.counts,
    });
    expect(await inSchedule('sync', 30)).toBe(0);
    expect((await stored()).users).toEqual(before.users);
  });

  it('does not take a grant without evidence for permission', async () => {
    await world.setConsent(world.tenant, { evidence: null });
    expect(await world.run(world.tenant, { trigger: 'manual' })).toBe('paused');
    expect(world.graphRequests()).toBe(0);
    expect(await row()).toBeUndefined();
  });
});

describe('two runs at once', () => {
  it('lets one write and makes the other throw its data away; Sync now comes back once', async () => {
    await world.run(world.tenant);
    await changeUsers(2, 'Race');
    world.advance(30 * MINUTE_MS);
    const ends = await Promise.all([world.run(world.tenant), world.run(world.tenant, { trigger: 'manual' })]);
    expect(ends.sort()).toEqual(expect.arrayContaining(['Success']));
    await world.settle(MINUTE_MS);
    const state = await truth();
    expect(state.sequence).toBe(3);
    const events = await eventsOf(world.workspace, world.tenant.id, world.clock.now() - HOUR_MS, world.clock.now());
    expect(events).toHaveLength(3);
  });

  it('never writes over what a faster run stored', async () => {
    await world.run(world.tenant);
    await changeUsers(1, 'Old');
    world.advance(30 * MINUTE_MS);
    let overtaken = false;
    beforeWrite = async (what) => {
      if (what !== 'batch' || overtaken) return;
      overtaken = true;
      await changeUsers(1, 'New');
      expect(await world.run(world.tenant)).toBe('Success');
    };
    expect(await world.run(world.tenant)).toBe('overtaken');
    await truth();
  });

  it('leaves a claim alone until it runs out', async () => {
    await world.run(world.tenant);
    const directory = world.workspace.directory(world.tenant.id);
    const state = await directory.read('state');
    const until = new Date(world.clock.now() + MINUTE_MS).toISOString();
    if (!state) throw new Error('There is no state.');
    await directory.replace({ ...state.doc, claim: { runId: 'other', until } }, state.etag);
    expect(await world.run(world.tenant)).toBe('busy');
    expect(await world.queue.counts('sync')).toMatchObject({ scheduled: 0 });
    expect(await world.run(world.tenant, { trigger: 'manual' })).toBe('busy');
    expect(await world.queue.counts('sync')).toMatchObject({ scheduled: 1 });
    world.advance(MINUTE_MS);
    expect(await world.run(world.tenant)).toBe('Success');
  });
});

describe('a kill at any write', () => {
  it('loses no change, invents none and tells each once', async () => {
    await world.run(world.tenant);
    const start = await chainPoints(world.app.store, world.workspaceId, world.tenant.id);
    const startMs = world.clock.now();
    for (let killAt = 1; killAt <= 9; killAt += 1) {
      await changeUsers(60, `Round ${killAt}`);
      const [userId] = [...world.tenant.users.keys()].slice(killAt);
      await world.change({ kind: 'purgeUser', tenantId: world.tenant.id, userId });
      world.advance(30 * MINUTE_MS);
      let writes = 0;
      beforeWrite = () => {
        writes += 1;
        if (writes >= killAt) throw new Error('killed');
      };
      await world.run(world.tenant).catch((error: unknown) => expect(String(error)).toContain('killed'));
      beforeWrite = () => undefined;
      world.advance(5 * MINUTE_MS);
      expect(await world.run(world.tenant)).toBe('Success');
      await truth();
    }
    expect((await stored()).outbox).toEqual([]);
    const events = await eventsOf(world.workspace, world.tenant.id, startMs, world.clock.now());
    expectChain(events, start, await chainPoints(world.app.store, world.workspaceId, world.tenant.id));
  });

  it('in a first sync too, before which there is nothing', async () => {
    for (let killAt = 1; killAt <= 4; killAt += 1) {
      await world.close();
      world = await startSyncWorld({ users: 150, seed: killAt, wrap: interrupting });
      let writes = 0;
      beforeWrite = () => {
        writes += 1;
        if (writes >= killAt) throw new Error('killed');
      };
      await world.run(world.tenant).catch((error: unknown) => expect(String(error)).toContain('killed'));
      beforeWrite = () => undefined;
      world.advance(5 * MINUTE_MS);
      expect(await world.run(world.tenant)).toBe('Success');
      const state = await truth({ signIns: true });
      expect(state.sequence).toBe(1);
    }
  });

  it('leaves events to the sweep when the customer is paused before the next run', async () => {
    await world.run(world.tenant);
    await changeUsers(2, 'Swept');
    world.advance(30 * MINUTE_MS);
    beforeWrite = (what) => {
      if (what === 'bulkUpsert') throw new StoreError('unavailable', 'killed');
    };
    await expect(world.run(world.tenant)).rejects.toThrow('killed');
    beforeWrite = () => undefined;
    expect((await stored()).outbox).toHaveLength(2);
    await world.setConsent(world.tenant, { status: 'Revoked' });
    expect(await world.run(world.tenant)).toBe('paused');
    expect(await inSchedule('sweep', 60)).toBe(1);
    expect(await sweepOutbox(world.app, { workspaceId: world.workspaceId, tenantId: world.tenant.id })).toBe(2);
    const { state, outbox } = await stored();
    expect([outbox, state?.flushedSequence, await inSchedule('sweep', 60)]).toEqual([[], state?.sequence, 0]);
    expect(await eventsOf(world.workspace, world.tenant.id, world.clock.now(), world.clock.now())).toHaveLength(3);
  });

  it('comes back by a follow-up when the store is busy', async () => {
    await world.run(world.tenant);
    await changeUsers(2, 'Busy');
    world.advance(30 * MINUTE_MS);
    let refusals = 2;
    beforeWrite = () => {
      refusals -= 1;
      if (refusals >= 0) throw new StoreError('throttled', 'busy', { retryAfterMs: 10_000 });
    };
    const body = {
      kind: 'run',
      workspaceId: world.workspaceId,
      tenantId: world.tenant.id,
      trigger: 'schedule',
      attempt: 1,
    };
    await world.app.queue.send('sync', [{ messageId: 'slot', body }]);
    await world.settle(10 * MINUTE_MS);
    expect(await truth()).toMatchObject({ status: 'Success', sequence: 3 });
  });
});

describe('messages that are none of ours', () => {
  it('changes nothing for a customer that the workspace has not, and completes', async () => {
    const stranger = { ...world.tenant, id: '99999999-9999-4999-8999-999999999999' };
    expect(await world.run(stranger)).toBe('unknown');
    expect((await storedTenant(world.app.store, world.workspaceId, stranger.id)).state).toBeUndefined();
    expect(world.graphRequests()).toBe(0);
  });
});
