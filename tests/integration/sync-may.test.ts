// Who may sync: what discovery, consent and settings change in schedule and row.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../shared/access/documents.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/clock.ts';
import { readAs } from '../../shared/store/scoped.ts';
import { syncRowDoc } from '../../shared/sync/documents.ts';
import { refreshSchedule } from '../../shared/sync/may-sync.ts';
import { slotOf } from '../../shared/sync/slots.ts';
import { type SyncWorld, startSyncWorld } from './kit/sync-world.ts';

let world: SyncWorld;
beforeEach(async () => {
  world = await startSyncWorld({ users: 5 });
});
afterEach(() => world.close());

const refresh = () => refreshSchedule(world.app, world.workspaceId, world.tenant.id);
const row = async () => (await readAs(world.workspace.customers, `sync:${world.tenant.id}`, syncRowDoc))?.doc;
const scheduled = async (job: string, interval: number): Promise<number> => {
  const slot = slotOf(world.tenant.id, interval);
  return (await world.app.store.query('schedule', `${job}:${interval}:${slot}`, { type: 'scheduleEntry' })).items
    .length;
};
const queued = async () => (await world.queue.counts('sync')).active;
const settings = (change: object) => world.workspace.workspace.upsert({ ...defaultSettings, ...change });

describe('a customer that becomes ready', () => {
  it('enters the schedule, is Pending and gets its first run at once, however often it is looked at', async () => {
    await refresh();
    expect(await row()).toMatchObject({ status: 'Pending', firstSyncedAt: null });
    await refresh();
    await refresh();
    expect([await scheduled('sync', 30), await queued()]).toEqual([1, 1]);
    await world.work();
    expect(await row()).toMatchObject({ status: 'Success', firstSyncedAt: new Date(world.clock.now()).toISOString() });
    await refresh();
    expect(await row()).toMatchObject({ status: 'Success' });
    expect(await queued()).toBe(0);
  });

  it('follows the interval of the settings', async () => {
    await refresh();
    await settings({ syncIntervalMinutes: 120 });
    await refresh();
    expect([await scheduled('sync', 30), await scheduled('sync', 120)]).toEqual([0, 1]);
  });

  it('is not synced for another workspace, which has no evidence of its own', async () => {
    const other = '77777777-7777-4777-8777-777777777777';
    await refresh();
    await refreshSchedule(world.app, other, world.tenant.id);
    await world.app.queue.send('sync', [
      {
        messageId: 'forged',
        body: { kind: 'run', workspaceId: other, tenantId: world.tenant.id, trigger: 'manual', attempt: 1 },
      },
    ]);
    await world.work();
    for (const container of ['directory', 'customers', 'events'] as const) {
      for (const pk of [other, `${other}|${world.tenant.id}`]) {
        expect((await world.app.store.query(container, pk, {})).items).toEqual([]);
      }
    }
    expect(await scheduled('sync', 30)).toBe(1);
  });
});

describe('a customer that may no longer sync', () => {
  const losses: [string, string, () => Promise<unknown>][] = [
    ['consent', 'consent_Revoked', () => world.setConsent(world.tenant, { status: 'Revoked' })],
    ['evidence', 'evidence_missing', () => world.setConsent(world.tenant, { evidence: null })],
    [
      'its relationship',
      'gdap_Missing',
      async () => {
        const gdap = await world.workspace.customers.read(`gdap:${world.tenant.id}`);
        await world.workspace.customers.upsert({
          ...gdap?.doc,
          id: `gdap:${world.tenant.id}`,
          type: 'gdap',
          schemaVersion: 1,
          applies: true,
        });
      },
    ],
    [
      'its place in every list of Microsoft',
      'customer_not_found',
      async () => {
        const customer = await world.workspace.customers.read(`customer:${world.tenant.id}`);
        const missingSince = new Date(world.clock.now()).toISOString();
        await world.workspace.customers.upsert({
          ...customer?.doc,
          id: `customer:${world.tenant.id}`,
          type: 'customer',
          schemaVersion: 1,
          missingSince,
        });
      },
    ],
    ['permission to sync before mapping', 'not_mapped', () => settings({ syncBeforeMapping: false })],
  ];

  it.each(losses)(
    'SY-15 G1-17 is paused with the reason when it loses %s, and keeps its data',
    async (_what, code, lose) => {
      await refresh();
      await world.work();
      const before = await row();
      await lose();
      await refresh();
      expect(await row()).toMatchObject({ status: 'Paused', explanation: { code }, counts: before?.counts });
      expect(await scheduled('sync', 30)).toBe(0);
      expect(await queued()).toBe(0);
    },
  );

  it('starts again at once when it is ready again', async () => {
    await refresh();
    await world.work();
    await world.setConsent(world.tenant, { status: 'Revoked' });
    await refresh();
    await world.setConsent(world.tenant, {});
    world.advance(MINUTE_MS);
    await refresh();
    expect(await row()).toMatchObject({ status: 'Pending', explanation: null });
    await world.work();
    expect(await row()).toMatchObject({ status: 'Success' });
    expect(await scheduled('sync', 30)).toBe(1);
  });
});

describe('a customer in AuthError', () => {
  it('SY-37 stays out of the schedule until consent is proven after the failure', async () => {
    await refresh();
    await world.work();
    await world.change({ kind: 'disableApp', tenantId: world.tenant.id });
    world.advance(2 * HOUR_MS);
    expect(await world.run(world.tenant)).toBe('AuthError');
    await refresh();
    expect([await scheduled('sync', 30), await scheduled('probe', 60)]).toEqual([0, 1]);
    await world.change({ kind: 'enableApp', tenantId: world.tenant.id });
    world.advance(MINUTE_MS);
    await world.setConsent(world.tenant, { verifiedAt: new Date(world.clock.now()).toISOString() });
    await refresh();
    expect([await scheduled('sync', 30), await scheduled('probe', 60)]).toEqual([1, 0]);
    await world.work();
    expect(await row()).toMatchObject({ status: 'Success' });
  });
});
