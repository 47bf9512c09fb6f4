// Timelines and events as they are read: in order, page by page, from any moment, and never another workspace's.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tenantryActor } from '../../../shared/access/audit.ts';
import { DAY_MS, HOUR_MS, manualClock } from '../../../shared/clock.ts';
import type { Store } from '../../../shared/store/port.ts';
import { openWorkspaceStore } from '../../../shared/store/scoped.ts';
import { openSqliteStore } from '../../../shared/store/sqlite.ts';
import { appendSteps } from '../../../shared/timeline/append.ts';
import { newAccess } from '../../../shared/timeline/documents.ts';
import { type EventsQuery, listWorkspaceEvents } from '../../../shared/timeline/list-workspace-events.ts';
import { noteAccess } from '../../../shared/timeline/note-access.ts';
import { readTimeline } from '../../../shared/timeline/read-timeline.ts';
import { recordStep } from '../../../shared/timeline/record.ts';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const tenantId = '22222222-2222-4222-8222-222222222222';
const startMs = Date.parse('2026-01-30T22:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();
const clock = manualClock(startMs);
let store: Store;
beforeEach(async () => {
  clock.set(startMs);
  store = openSqliteStore({ file: ':memory:', clock });
  await workspace().customers.create(customer(startMs));
});
afterEach(() => store.close());

const workspace = () => openWorkspaceStore(store, workspaceId);
const customer = (firstSeenMs: number) => ({
  id: `customer:${tenantId}`,
  type: 'customer',
  schemaVersion: 1,
  tenantId,
  connectionId: '33333333-3333-4333-8333-333333333333',
  name: 'Contoso',
  domain: null,
  sources: ['gdap'],
  firstSeenAt: iso(firstSeenMs),
  missingSince: null,
});
/** One step an hour, over midnight. */
async function steps(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const details = { index };
    await recordStep({ clock }, workspace(), { tenantId, kind: 'consent.reminded', by: tenantryActor, details });
    clock.advance(HOUR_MS);
  }
}

describe('a timeline', () => {
  it('comes newest first, page by page, whole', async () => {
    await steps(7);
    const seen: unknown[] = [];
    let continuation: string | undefined;
    do {
      const page = await readTimeline(workspace(), tenantId, { limit: 3, continuation });
      seen.push(...page.items.map(({ details }) => details['index']));
      continuation = page.continuation ?? undefined;
    } while (continuation);
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  it('is nobody else’s: 404 for a customer that the workspace has not', async () => {
    await steps(1);
    const other = openWorkspaceStore(store, '99999999-9999-4999-8999-999999999999');
    await expect(readTimeline(other, tenantId)).rejects.toMatchObject({ status: 404 });
  });
});

describe('events of a workspace', () => {
  const list = (query: EventsQuery) => listWorkspaceEvents({ clock }, workspace(), query);
  async function follow(first: EventsQuery, limit: number): Promise<unknown[]> {
    const seen: unknown[] = [];
    let query: EventsQuery = { ...first, limit };
    for (;;) {
      const { items, next, more } = await list(query);
      expect(items.length).toBeLessThanOrEqual(limit);
      seen.push(...items.map((event) => ('details' in event ? event.details['index'] : undefined)));
      if (!more) return seen;
      query = { next, limit };
    }
  }

  it.each([1, 2, 3, 100])('come oldest first over midnight, each once, %i a page', async (limit) => {
    await steps(7);
    expect(await follow({ since: iso(startMs) }, limit)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await follow({ since: iso(startMs + 3 * HOUR_MS) }, limit)).toEqual([3, 4, 5, 6]);
  });

  it('go on where the last page ended: the newest again, and what came since', async () => {
    await steps(3);
    const { next } = await list({ since: iso(startMs) });
    await steps(2);
    const { items } = await list({ next });
    expect(items.map(({ sequence }) => sequence)).toEqual([3, 4, 5]);
  });

  it('pass over months without an event, and refuse longer', async () => {
    await steps(1);
    clock.advance(80 * DAY_MS);
    expect(await follow({ since: iso(startMs) }, 10)).toEqual([0]);
    await expect(list({ since: iso(clock.now() - 93 * DAY_MS) })).rejects.toMatchObject({ status: 400 });
  });

  it.each(['nonsense', Buffer.from('{"since":"x"}').toString('base64url'), ''])(
    'refuse a place that is none of theirs: %j',
    async (next) => {
      await expect(list({ next })).rejects.toMatchObject({ status: 400 });
    },
  );

  it('refuse a place whose continuation was changed', async () => {
    const place = { since: iso(startMs), day: '2026-01-30', continuation: 'x' };
    const next = Buffer.from(JSON.stringify(place)).toString('base64url');
    await expect(list({ next })).rejects.toMatchObject({ status: 400 });
  });
});

describe('a customer that comes back after it was removed', () => {
  it('is found anew, beside what its timeline held before', async () => {
    const app = { clock, log: () => undefined };
    const relationship = {
      id: 'r1',
      name: 'First',
      status: 'active',
      etag: '1',
      createdAt: iso(startMs - 2 * DAY_MS),
      activatedAt: iso(startMs - DAY_MS),
      endAt: iso(startMs + 100 * DAY_MS),
      autoExtendDuration: 'PT0S',
      roles: [],
      assignments: [],
      assignmentsReadAt: null,
    };
    const gdap = { id: `gdap:${tenantId}`, type: 'gdap', applies: true, relationships: [relationship], memberOf: [] };
    await workspace().customers.create({ ...customer(startMs), ...gdap, readAt: iso(startMs), error: null });
    await noteAccess(app, workspace(), tenantId);
    await recordStep({ clock }, workspace(), { tenantId, kind: 'customer.removed', by: tenantryActor });
    await workspace().customers.upsert(customer(startMs + HOUR_MS));
    clock.advance(HOUR_MS);
    await noteAccess(app, workspace(), tenantId);
    const { items } = await readTimeline(workspace(), tenantId);
    const kinds = items.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'customer.found')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'gdap.approved')).toHaveLength(1);
    expect(kinds[0]).toBe('customer.found');
  });

  it('has entries that are never written over by another step of the same moment', async () => {
    const step = { kind: 'access.lost', at: iso(startMs), by: tenantryActor } as const;
    const [first] = await appendSteps(workspace(), [{ access: newAccess(tenantId), etag: undefined, steps: [step] }]);
    if (!first) throw new Error('nothing was written');
    expect(await appendSteps(workspace(), [{ access: first.access, etag: first.etag, steps: [step] }])).toEqual([
      undefined,
    ]);
  });
});
