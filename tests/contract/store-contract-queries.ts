// The contract of queries: filters, order, pages and their continuation.
import { describe, expect, test } from 'vitest';
import type { Query, Store } from '../../shared/store/port.ts';
import { expectRefused, freshPk, makeDoc, type Subject } from './store-contract.ts';

export function queryContract(subject: Subject): void {
  describe('filters', () => {
    test('compares fields and nested fields with values of the same type only', async () => {
      const { store } = subject();
      const pk = freshPk();
      const values = {
        one: 1,
        two: 2,
        text: '1',
        other: 'b',
        yes: true,
        no: false,
        none: null,
        list: [1],
        object: { a: 1 },
      };
      for (const [id, value] of Object.entries(values)) {
        await store.create('customers', makeDoc(pk, id, { value, nested: { deep: value } }));
      }
      await store.create('customers', makeDoc(pk, 'missing'));
      const cases: [Query['where'], string[]][] = [
        [[{ field: 'value', op: 'eq', value: 1 }], ['one']],
        [[{ field: 'value', op: 'eq', value: '1' }], ['text']],
        [[{ field: 'value', op: 'eq', value: true }], ['yes']],
        [[{ field: 'value', op: 'eq', value: false }], ['no']],
        [[{ field: 'value', op: 'eq', value: null }], ['none']],
        [[{ field: 'value', op: 'eq', value: '{"a":1}' }], []],
        [[{ field: 'value', op: 'eq', value: '[1]' }], []],
        [[{ field: 'value', op: 'gt', value: 0 }], ['one', 'two']],
        [[{ field: 'value', op: 'ge', value: 2 }], ['two']],
        [[{ field: 'value', op: 'lt', value: 2 }], ['one']],
        [[{ field: 'value', op: 'ge', value: '' }], ['other', 'text']],
        [[{ field: 'value', op: 'le', value: 'a' }], ['text']],
        [[{ field: 'nested.deep', op: 'eq', value: 2 }], ['two']],
        [[{ field: 'nested.deep.a', op: 'eq', value: 1 }], ['object']],
        [[{ field: 'nowhere', op: 'eq', value: null }], []],
        [[{ field: 'id', op: 'ge', value: 'text' }], ['text', 'two', 'yes']],
        [[{ field: 'id', op: 'eq', value: 'one' }], ['one']],
        [
          [
            { field: 'value', op: 'ge', value: 1 },
            { field: 'nested.deep', op: 'lt', value: 2 },
          ],
          ['one'],
        ],
      ];
      for (const [where, ids] of cases) {
        const { items } = await store.query('customers', pk, { where: where ?? [] });
        expect({ where, ids: items.map(({ doc }) => doc.id) }).toEqual({ where, ids });
      }
    });

    test('takes names that are words of the query language, and values that look like queries', async () => {
      const { store } = subject();
      const pk = freshPk();
      const hostile = `' OR 1=1 --"; DROP TABLE docs`;
      const fields = { value: 1, order: hostile, select: { from: 'x' }, group: 3, top: 4, Order: 5, limit: 6 };
      await store.create('customers', makeDoc(pk, 'a', fields));
      await store.create('customers', makeDoc(pk, 'b', { ...fields, order: 'plain' }));
      const where: Query['where'] = [
        { field: 'order', op: 'eq', value: hostile },
        { field: 'select.from', op: 'eq', value: 'x' },
        { field: 'group', op: 'eq', value: 3 },
        { field: 'Order', op: 'eq', value: 5 },
      ];
      const { items } = await store.query('customers', pk, { where, orderBy: { field: 'top', direction: 'asc' } });
      expect(items.map(({ doc }) => doc.id)).toEqual(['a']);
    });

    test('finds documents of one type, and only of its own partition', async () => {
      const { store } = subject();
      const pk = freshPk();
      const other = freshPk();
      await store.create('directory', makeDoc(pk, 'u1', { type: 'user' }));
      await store.create('directory', makeDoc(pk, 'l1', { type: 'licence' }));
      await store.create('directory', makeDoc(other, 'u2', { type: 'user' }));
      const found = await store.query('directory', pk, { type: 'user' });
      expect(found.items.map(({ doc }) => doc)).toEqual([makeDoc(pk, 'u1', { type: 'user' })]);
      expect(found.items[0]?.etag).toBe((await store.read('directory', pk, 'u1'))?.etag);
      expect(await store.query('directory', freshPk(), {})).toEqual({ items: [] });
    });

    test('refuses fields that are no plain path, values that cannot be compared, and limits out of range', async () => {
      const { store } = subject();
      const pk = freshPk();
      for (const field of ['', 'a b', "a'", 'a"', 'a.', '.a', 'a[0]', '1a', 'a;b', 'a/*', 'a-b', 'é']) {
        await expectRefused(store.query('customers', pk, { where: [{ field, op: 'eq', value: 1 }] }), 'invalid');
        await expectRefused(store.query('customers', pk, { orderBy: { field, direction: 'asc' } }), 'invalid');
      }
      await expectRefused(
        store.query('customers', pk, { where: [{ field: 'a', op: 'lt', value: Number.NaN }] }),
        'invalid',
      );
      for (const limit of [0, -1, 1.5, 1_001, Number.NaN])
        await expectRefused(store.query('customers', pk, { limit }), 'invalid');
    });
  });

  describe('order and pages', () => {
    test('orders by a number or a text, ties by id, in both directions, whatever the page size', async () => {
      const { store } = subject();
      const pk = freshPk();
      const docs = Array.from({ length: 60 }, (_, n) =>
        makeDoc(pk, `id-${(n * 37) % 60}`, { rank: n % 7, name: `n${n % 5}` }),
      );
      await store.bulkUpsert('findings', pk, docs);
      for (const field of ['rank', 'name'] as const) {
        for (const direction of ['asc', 'desc'] as const) {
          const sign = direction === 'asc' ? 1 : -1;
          const expected = [...docs]
            .sort((a, b) => sign * compare(a[field], b[field]) || compare(a.id, b.id))
            .map(({ id }) => id);
          for (const limit of [1, 4, 13, 59, 60, 1_000]) {
            expect(await idsOf(store, pk, { orderBy: { field, direction }, limit })).toEqual(expected);
          }
        }
      }
    });

    test('orders by id in both directions, as text by its bytes', async () => {
      const { store } = subject();
      const pk = freshPk();
      const ids = ['a', 'B', 'a/b', 'a.b', 'a-b', 'a b', 'ab', 'a0', 'aA', 'a~', 'é', 'a#', 'a%', '{'];
      for (const id of ids) await store.create('findings', makeDoc(pk, id));
      const ascending = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await idsOf(store, pk, { limit: 3 })).toEqual(ascending);
      expect(await idsOf(store, pk, { limit: 3, orderBy: { field: 'id', direction: 'desc' } })).toEqual(
        ascending.reverse(),
      );
    });

    test('puts numbers before text, and leaves out what is neither', async () => {
      const { store } = subject();
      const pk = freshPk();
      const values = { a: 10, b: 9, c: '10', d: '9', e: null, f: true, g: [1], h: { x: 1 }, i: -0.5 };
      for (const [id, rank] of Object.entries(values)) await store.create('findings', makeDoc(pk, id, { rank }));
      await store.create('findings', makeDoc(pk, 'missing'));
      for (const limit of [1, 2, 100]) {
        const by = (direction: 'asc' | 'desc') => idsOf(store, pk, { orderBy: { field: 'rank', direction }, limit });
        expect(await by('asc')).toEqual(['i', 'b', 'a', 'c', 'd']);
        expect(await by('desc')).toEqual(['d', 'c', 'a', 'b', 'i']);
      }
    });

    test('continues through 10,000 documents, each once', async () => {
      const { store } = subject();
      const pk = freshPk();
      const docs = Array.from({ length: 10_000 }, (_, n) =>
        makeDoc(pk, `doc-${String(n).padStart(5, '0')}`, { n, half: n % 2 }),
      );
      const outcomes = await store.bulkUpsert('directory', pk, docs);
      expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
      expect(await idsOf(store, pk, { limit: 900 }, 'directory')).toEqual(docs.map(({ id }) => id));
      const odd: Query = {
        where: [{ field: 'half', op: 'eq', value: 1 }],
        orderBy: { field: 'n', direction: 'desc' },
        limit: 1_000,
      };
      const expected = docs.filter(({ id }) => Number(id.slice(4)) % 2 === 1).map(({ id }) => id);
      expect(await idsOf(store, pk, odd, 'directory')).toEqual(expected.reverse());
    }, 60_000);

    test('says that it goes on only when there is more', async () => {
      const { store } = subject();
      const pk = freshPk();
      for (const id of ['a', 'b', 'c']) await store.create('findings', makeDoc(pk, id, { n: 1 }));
      expect((await store.query('findings', pk, { limit: 3 })).continuation).toBeUndefined();
      expect((await store.query('findings', pk, { limit: 2 })).continuation).toBeTypeOf('string');
      const ordered: Query = { limit: 3, orderBy: { field: 'n', direction: 'asc' } };
      expect((await store.query('findings', pk, ordered)).continuation).toBeUndefined();
    });

    test.each([undefined, { field: 'rank', direction: 'asc' }, { field: 'rank', direction: 'desc' }] as const)(
      'neither repeats nor skips a document when others come and go between pages, ordered by %j',
      async (orderBy) => {
        const { store, second } = subject();
        const pk = freshPk();
        const kept = Array.from({ length: 20 }, (_, n) =>
          makeDoc(pk, `k${String(n).padStart(2, '0')}`, { rank: n % 4 }),
        );
        await store.bulkUpsert('findings', pk, kept);
        await store.create('findings', makeDoc(pk, 'k05-x', { rank: 1 }));
        const query: Query = { limit: 3, ...(orderBy === undefined ? {} : { orderBy }) };
        const seen: string[] = [];
        let continuation: string | undefined;
        let round = 0;
        do {
          const page = await store.query('findings', pk, {
            ...query,
            ...(continuation === undefined ? {} : { continuation }),
          });
          seen.push(...page.items.map(({ doc }) => doc.id));
          ({ continuation } = page);
          round += 1;
          await second.create('findings', makeDoc(pk, `a${round}`, { rank: round % 4 }));
          await second.create('findings', makeDoc(pk, `z${round}`, { rank: round % 4 }));
          await second.delete('findings', pk, 'k05-x');
        } while (continuation !== undefined && round < 100);
        expect(new Set(seen).size).toBe(seen.length);
        const ids = kept.map(({ id }) => id);
        expect(seen.filter((id) => ids.includes(id)).sort()).toEqual(ids);
      },
    );

    test("refuses another query's continuation, and what is none", async () => {
      const { store } = subject();
      const pk = freshPk();
      for (const id of ['a', 'b', 'c']) await store.create('findings', makeDoc(pk, id, { n: 1 }));
      const query: Query = { type: 'thing', where: [{ field: 'n', op: 'eq', value: 1 }], limit: 1 };
      const continuation = (await store.query('findings', pk, query)).continuation ?? '';
      expect(continuation).not.toBe('');
      expect((await store.query('findings', pk, { ...query, continuation, limit: 2 })).items).toHaveLength(2);
      const others: Query[] = [
        { ...query, type: 'other' },
        { ...query, where: [{ field: 'n', op: 'eq', value: 2 }] },
        { ...query, where: [{ field: 'n', op: 'ge', value: 1 }] },
        { ...query, where: [] },
        { ...query, orderBy: { field: 'n', direction: 'asc' } },
        { ...query, orderBy: { field: 'id', direction: 'desc' } },
      ];
      for (const other of others)
        await expectRefused(store.query('findings', pk, { ...other, continuation }), 'invalid');
      await expectRefused(store.query('findings', freshPk(), { ...query, continuation }), 'invalid');
      await expectRefused(store.query('events', pk, { ...query, continuation }), 'invalid');
      for (const wrong of ['', 'x', '{}', continuation.slice(1), 'null']) {
        await expectRefused(store.query('findings', pk, { ...query, continuation: wrong }), 'invalid');
      }
    });
  });
}

/** The ids of all pages, in order. */
async function idsOf(
  store: Store,
  pk: string,
  query: Query,
  container: 'findings' | 'directory' = 'findings',
): Promise<string[]> {
  const ids: string[] = [];
  let continuation: string | undefined;
  do {
    const page = await store.query(container, pk, {
      ...query,
      ...(continuation === undefined ? {} : { continuation }),
    });
    expect(page.items.length).toBeLessThanOrEqual(query.limit ?? 100);
    ids.push(...page.items.map(({ doc }) => doc.id));
    ({ continuation } = page);
  } while (continuation !== undefined);
  return ids;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}
