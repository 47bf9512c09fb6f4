// Steps in a timeline: each is there once, in order, and told once as an event, whatever happens in between.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tenantryActor } from '../../../shared/access/audit.ts';
import { HOUR_MS, manualClock } from '../../../shared/clock.ts';
import { type Store, StoreError } from '../../../shared/store/port.ts';
import { listAs, openWorkspaceStore, readAs } from '../../../shared/store/scoped.ts';
import { openSqliteStore } from '../../../shared/store/sqlite.ts';
import { appendSteps, publishTold } from '../../../shared/timeline/append.ts';
import { accessDoc, accessDocId, accessEventDoc, newAccess, timelineDoc } from '../../../shared/timeline/documents.ts';
import { recordStep } from '../../../shared/timeline/record.ts';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const tenantId = '22222222-2222-4222-8222-222222222222';
const startMs = Date.parse('2026-01-31T10:00:00.000Z');
const linkId = '33333333-3333-4333-8333-333333333333';

const clock = manualClock(startMs);
let store: Store;
beforeEach(() => {
  clock.set(startMs);
  store = openSqliteStore({ file: ':memory:', clock });
});
afterEach(() => store.close());

const workspaceOf = (opened: Store = store) => openWorkspaceStore(opened, workspaceId);
const entries = () => listAs(workspaceOf().customers, { type: 'timeline' }, timelineDoc);
const access = async () => (await readAs(workspaceOf().customers, accessDocId(tenantId), accessDoc))?.doc;
const events = async (day = '2026-01-31') =>
  (await listAs(workspaceOf().events(day), { type: 'accessEvent' }, accessEventDoc)).map(({ event }) => event);

const created = {
  tenantId,
  kind: 'consent.linkCreated',
  by: { id: 'member:1', name: 'Ada' },
  subject: linkId,
} as const;

describe('recordStep', () => {
  it('adds an entry and publishes it as an event', async () => {
    await recordStep({ clock }, workspaceOf(), { ...created, details: { campaign: 'Spring' } });
    expect(await entries()).toMatchObject([
      { kind: 'consent.linkCreated', at: '2026-01-31T10:00:00.000Z', sequence: 1, by: 'member:1', subject: linkId },
    ]);
    expect(await events()).toMatchObject([{ kind: 'consent.linkCreated', details: { campaign: 'Spring' } }]);
    expect((await access())?.unpublished).toEqual([]);
  });

  it('records a step of a given time once, however often it is asked', async () => {
    const step = { ...created, at: '2026-01-31T09:59:00.000Z' };
    await recordStep({ clock }, workspaceOf(), step);
    clock.advance(HOUR_MS);
    await recordStep({ clock }, workspaceOf(), step);
    expect(await entries()).toHaveLength(1);
    expect((await access())?.sequence).toBe(1);
  });

  it('keeps two steps of one kind in one millisecond apart', async () => {
    await Promise.all([1, 2, 3].map(() => recordStep({ clock }, workspaceOf(), created)));
    expect((await entries()).map(({ sequence }) => sequence).sort()).toEqual([1, 2, 3]);
    expect(new Set((await events()).map(({ eventId }) => eventId)).size).toBe(3);
  });

  it('forgets what was told of a removed customer and keeps its entries and their numbers', async () => {
    await recordStep({ clock }, workspaceOf(), created);
    await recordStep({ clock }, workspaceOf(), { tenantId, kind: 'customer.removed', by: tenantryActor });
    expect(await access()).toMatchObject({ told: null, haveSince: null, losses: [], sequence: 2 });
    expect(await entries()).toHaveLength(2);
  });

  it('tells at the next look what a crash kept from being told, under the same event id', async () => {
    const broken: Store = {
      ...store,
      bulkUpsert: async () => {
        throw new StoreError('unavailable', 'killed before the event was out');
      },
    };
    await expect(recordStep({ clock }, workspaceOf(broken), created)).rejects.toThrow('killed');
    expect(await events()).toEqual([]);
    expect(await entries()).toHaveLength(1);
    await recordStep({ clock }, workspaceOf(), { ...created, kind: 'consent.linkOpened' });
    expect((await events()).map(({ kind }) => kind).sort()).toEqual(['consent.linkCreated', 'consent.linkOpened']);
    const before = await events();
    const stored = await readAs(workspaceOf().customers, accessDocId(tenantId), accessDoc);
    const ids = (await entries()).map(({ id }) => id);
    if (!stored) throw new Error('nothing is remembered');
    await publishTold(workspaceOf(), [{ access: { ...stored.doc, unpublished: ids }, etag: stored.etag, entries: [] }]);
    expect(await events()).toEqual(before);
  });
});

describe('appendSteps', () => {
  const ids = Array.from({ length: 250 }, (_, index) => `44444444-4444-4444-8444-${String(index).padStart(12, '0')}`);
  const tellings = () =>
    ids.map((id) => ({
      access: newAccess(id),
      etag: undefined,
      steps: [{ kind: 'access.gained' as const, at: new Date(startMs).toISOString(), by: tenantryActor }],
    }));

  it('writes many customers in batches of at most 100 operations, each customer whole', async () => {
    const sizes: number[] = [];
    const counting: Store = {
      ...store,
      batch: (container, pk, operations) => {
        sizes.push(operations.length);
        return store.batch(container, pk, operations);
      },
    };
    const told = await appendSteps(workspaceOf(counting), tellings());
    expect(told.every((one) => one !== undefined)).toBe(true);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(sizes.length).toBe(5);
    expect(await entries()).toHaveLength(250);
  });

  it('leaves out the one that somebody else told of meanwhile, and writes all others', async () => {
    const other = ids[7] ?? '';
    await recordStep({ clock }, workspaceOf(), { tenantId: other, kind: 'consent.reminded', by: tenantryActor });
    const told = await appendSteps(workspaceOf(), tellings());
    expect(told.flatMap((one, index) => (one === undefined ? [index] : []))).toEqual([7]);
    expect(await entries()).toHaveLength(250);
  });
});
