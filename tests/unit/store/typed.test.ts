// Typed documents: parsing on the way out, and changes that lose nobody's update.
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../../shared/clock.ts';
import { countingStore } from '../../../shared/store/counting.ts';
import { isStoreError } from '../../../shared/store/port.ts';
import { listAs, openWorkspaceStore, queryAs, readAs, updateDoc } from '../../../shared/store/scoped.ts';
import { openSqliteStore } from '../../../shared/store/sqlite.ts';

const store = openSqliteStore({ file: ':memory:', clock: systemClock });
afterAll(() => store.close());

const counterSchema = z.object({
  id: z.string(),
  type: z.literal('counter'),
  schemaVersion: z.literal(1),
  n: z.number(),
  ttl: z.number().optional(),
});
const makeCounter = (id: string, n: number) => ({ id, type: 'counter' as const, schemaVersion: 1 as const, n });
const freshPartition = () => openWorkspaceStore(store, randomUUID()).customers;

describe('reading', () => {
  test('gives parsed documents with their etags', async () => {
    const partition = freshPartition();
    const etag = await partition.create({ ...makeCounter('a', 1), more: 'dropped' });
    expect(await readAs(partition, 'a', counterSchema)).toEqual({ doc: makeCounter('a', 1), etag });
    expect(await readAs(partition, 'b', counterSchema)).toBeUndefined();
    await partition.create(makeCounter('b', 2));
    const seen: number[] = [];
    for await (const { doc } of queryAs(partition, { type: 'counter', limit: 1 }, counterSchema)) seen.push(doc.n);
    expect(seen).toEqual([1, 2]);
    expect(await listAs(partition, { limit: 1 }, counterSchema)).toEqual([makeCounter('a', 1), makeCounter('b', 2)]);
  });

  test('names container, id, type and field of what does not parse, and no value', async () => {
    const partition = freshPartition();
    await partition.create({ ...makeCounter('a', 1), n: 'top secret' });
    const error = await readAs(partition, 'a', counterSchema).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('customers/a of type counter');
    expect(String(error)).toContain('n invalid_type');
    expect(String(error)).not.toContain('secret');
    await expect(listAs(partition, {}, counterSchema)).rejects.toThrow('customers/a');
  });
});

describe('updateDoc', () => {
  test('creates, changes, and leaves alone', async () => {
    const partition = freshPartition();
    expect(await updateDoc(partition, 'a', counterSchema, () => undefined)).toBeUndefined();
    await updateDoc(partition, 'a', counterSchema, (current) => current ?? makeCounter('a', 1));
    const changed = await updateDoc(partition, 'a', counterSchema, async (current) =>
      makeCounter('a', (current?.n ?? 0) + 1),
    );
    expect(await readAs(partition, 'a', counterSchema)).toEqual(changed);
    expect(changed?.doc.n).toBe(2);
    expect(await updateDoc(partition, 'a', counterSchema, () => undefined)).toEqual(changed);
  });

  test('loses no update of many at once, from nothing on', async () => {
    const partition = freshPartition();
    const raise = (current: z.infer<typeof counterSchema> | undefined) => makeCounter('a', (current?.n ?? 0) + 1);
    await Promise.all(
      Array.from({ length: 30 }, () => updateDoc(partition, 'a', counterSchema, raise, { attempts: 200 })),
    );
    expect((await readAs(partition, 'a', counterSchema))?.doc.n).toBe(30);
  });

  test('creates again what somebody deleted meanwhile', async () => {
    const partition = freshPartition();
    await partition.create(makeCounter('a', 5));
    const seen: (number | undefined)[] = [];
    await updateDoc(partition, 'a', counterSchema, async (current) => {
      seen.push(current?.n);
      if (current !== undefined) await partition.delete('a');
      return makeCounter('a', (current?.n ?? 0) + 1);
    });
    expect(seen).toEqual([5, undefined]);
    expect((await readAs(partition, 'a', counterSchema))?.doc.n).toBe(1);
  });

  test('gives up after its attempts, saying that waiting may help', async () => {
    const partition = freshPartition();
    let calls = 0;
    const call = updateDoc(
      partition,
      'a',
      counterSchema,
      async () => {
        calls += 1;
        await partition.upsert(makeCounter('a', 100));
        return makeCounter('a', 1);
      },
      { attempts: 3, random: () => 0 },
    );
    const error = await call.catch((thrown: unknown) => thrown);
    expect(isStoreError(error, 'throttled') && error.retryAfterMs).toBeGreaterThan(0);
    expect(calls).toBe(3);
    expect((await readAs(partition, 'a', counterSchema))?.doc.n).toBe(100);
  });

  test('writes nothing that could not be read again, and no other document', async () => {
    const partition = freshPartition();
    await expect(updateDoc(partition, 'a', counterSchema, () => makeCounter('a', Number.NaN))).rejects.toThrow(
      'customers/a',
    );
    await expect(updateDoc(partition, 'a', counterSchema, () => makeCounter('b', 1))).rejects.toThrow(
      'cannot change its id',
    );
    expect((await partition.query({})).items).toEqual([]);
  });
});

describe('countingStore', () => {
  test('counts documents read and written, by container', async () => {
    const counting = countingStore(store);
    const { customers, findings } = openWorkspaceStore(counting.store, randomUUID());
    await customers.create(makeCounter('a', 1));
    await customers.create(makeCounter('a', 1)).catch(() => undefined);
    await customers.batch([
      { kind: 'upsert', doc: makeCounter('b', 1) },
      { kind: 'upsert', doc: makeCounter('c', 1) },
    ]);
    await customers.read('a');
    await customers.read('none');
    await customers.query({});
    await customers.delete('a');
    await customers.delete('a');
    await findings.bulkUpsert([makeCounter('a', 1), makeCounter('', 1)]);
    const counts = counting.counts();
    expect(counts.customers).toEqual({ read: 5, written: 4, calls: 8 });
    expect(counts.findings).toEqual({ read: 0, written: 1, calls: 1 });
    expect(counts.audit).toEqual({ read: 0, written: 0, calls: 0 });
    await customers.read('b');
    expect(counts.customers.read).toBe(5);
  });
});
