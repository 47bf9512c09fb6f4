// The workspace-scoped repository: every partition is named from its owner, and nothing else can be.
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { type Store, StoreError } from '../../../shared/store/port.ts';
import { lookups, openWorkspaceStore, schedulePartition } from '../../../shared/store/scoped.ts';
import { openSqliteStore } from '../../../shared/store/sqlite.ts';

const store: Store = openSqliteStore({ file: ':memory:', clock: systemClock });
afterAll(() => store.close());

const mine = '6F9619FF-8B86-D011-B42D-00C04FC964FF';
const theirs = 'aaaaaaaa-8b86-4011-b42d-00c04fc964ff';
const tenant = '11111111-2222-4333-8444-555555555555';

function makeDoc(id: string, fields: Record<string, unknown> = {}) {
  return { id, type: 'thing', schemaVersion: 1, ...fields };
}

async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    return error instanceof StoreError ? error.kind : String(error);
  }
}

describe('openWorkspaceStore', () => {
  test('names each partition from the workspace id in lower case', () => {
    const scoped = openWorkspaceStore(store, mine);
    const id = mine.toLowerCase();
    expect(scoped.workspaceId).toBe(id);
    const partitions = [
      scoped.workspace,
      scoped.customers,
      scoped.commerce,
      scoped.findings,
      scoped.directory(tenant.toUpperCase()),
      scoped.events('2026-01-31'),
      scoped.deliveries(tenant, '2026-01-31'),
      scoped.audit('2026-01'),
    ];
    expect(partitions.map(({ container, pk }) => `${container} ${pk}`)).toEqual([
      `workspaces ${id}`,
      `customers ${id}`,
      `commerce ${id}`,
      `findings ${id}`,
      `directory ${id}|${tenant}`,
      `events ${id}|2026-01-31`,
      `events ${id}|${tenant}|2026-01-31`,
      `audit ${id}|2026-01`,
    ]);
  });

  test('refuses ids, days and months that could name another partition', async () => {
    for (const id of ['', 'common', `${mine}|${tenant}`, ` ${mine}`, `${mine}\n`, '*']) {
      expect(await refusal(() => openWorkspaceStore(store, id))).toBe('invalid');
      expect(await refusal(() => openWorkspaceStore(store, mine).directory(id))).toBe('invalid');
      expect(await refusal(() => openWorkspaceStore(store, mine).deliveries(id, '2026-01-31'))).toBe('invalid');
    }
    for (const day of ['', '2026-1-1', '2026-02-30', '2026-01', '2026-01-31|x', `${tenant}|2026-01-31`]) {
      expect(await refusal(() => openWorkspaceStore(store, mine).events(day))).toBe('invalid');
    }
    for (const month of ['', '2026', '2026-13', '2026-00', '2026-01-31']) {
      expect(await refusal(() => openWorkspaceStore(store, mine).audit(month))).toBe('invalid');
    }
  });

  test("sets the partition key, and refuses a document of another workspace's", async () => {
    const { customers } = openWorkspaceStore(store, mine);
    const other = openWorkspaceStore(store, theirs).customers;
    await customers.create(makeDoc('a', { n: 1 }));
    const stored = await customers.read('a');
    expect(stored?.doc).toEqual({ ...makeDoc('a', { n: 1 }), pk: customers.pk });
    await customers.replace({ ...stored?.doc, ...makeDoc('a', { n: 2 }) }, stored?.etag ?? '');
    const foreign = makeDoc('b', { pk: other.pk });
    expect(await refusal(() => customers.create(foreign))).toBe('invalid');
    expect(await refusal(() => customers.upsert(foreign))).toBe('invalid');
    expect(await refusal(() => customers.replace(foreign, 'x'))).toBe('invalid');
    expect(await refusal(() => customers.batch([{ kind: 'create', doc: foreign }]))).toBe('invalid');
    expect(await refusal(() => customers.bulkUpsert([foreign]))).toBe('invalid');
    expect(await other.read('a')).toBeUndefined();
    expect((await other.query({})).items).toEqual([]);
    expect(await other.delete('a')).toBe(false);
    expect(await customers.delete('a')).toBe(true);
  });

  test('walks through all pages of a query', async () => {
    const partition = openWorkspaceStore(store, mine).directory(randomUUID());
    await partition.bulkUpsert(Array.from({ length: 25 }, (_, n) => makeDoc(`id-${n + 10}`, { n })));
    await partition.batch([{ kind: 'delete', id: 'id-10' }]);
    const seen: unknown[] = [];
    for await (const { doc } of partition.queryAll({ limit: 7, orderBy: { field: 'n', direction: 'desc' } })) {
      seen.push(doc.id);
    }
    expect(seen).toEqual(Array.from({ length: 24 }, (_, n) => `id-${34 - n}`));
  });
});

describe('lookups', () => {
  test('keeps each document in a partition of its own, named by a hash', async () => {
    const id = createHash('sha256').update('secret').digest('hex');
    await lookups(store).create(makeDoc(id));
    expect((await lookups(store).read(id))?.doc).toEqual({ ...makeDoc(id), pk: id });
    const short = createHash('sha256').update('secret').digest('base64url');
    expect(await lookups(store).read(short)).toBeUndefined();
    expect(await lookups(store).delete(id)).toBe(true);
  });

  test('takes no id that is not a hash', async () => {
    for (const id of ['secret', mine, '', 'x'.repeat(64)]) {
      expect(await refusal(() => lookups(store).read(id))).toBe('invalid');
      expect(await refusal(() => lookups(store).upsert(makeDoc(id)))).toBe('invalid');
    }
  });
});

describe('schedulePartition', () => {
  test('takes job, interval and slot, and nothing that looks like something else', async () => {
    expect(schedulePartition(store, 'sync:30:17').pk).toBe('sync:30:17');
    expect(schedulePartition(store, 'keep-alive:10080:3').container).toBe('schedule');
    for (const pk of ['', 'sync|30', 'sync:', ':1', 'a b', 'x'.repeat(101)]) {
      expect(await refusal(() => schedulePartition(store, pk))).toBe('invalid');
    }
  });
});
